/** What a shop's page may set before or while the script loads; everything is checked, nothing is believed. */

import { type Locale, matchLocale } from "./i18n/locales";

export interface HostSettings {
  readonly position?: "left" | "right";
  readonly locale?: string;
  readonly useBrowserLanguage?: boolean;
  readonly hideMessageBubble?: boolean;
  readonly type?: "standard" | "expanded_bubble";
  readonly launcherTitle?: string;
  /** Chatwoot's word for the colour scheme. */
  readonly darkMode?: string;
  readonly colorScheme?: string;
  readonly color?: string;
  readonly sound?: boolean;
  readonly titleBadge?: boolean;
  readonly chatwootAlias?: boolean;
}

export interface RunOptions {
  readonly websiteToken: string;
  readonly baseUrl: string;
}

export type Scheme = "light" | "dark" | "auto";

declare global {
  interface Window {
    kaitakSettings?: HostSettings;
    chatwootSettings?: HostSettings;
  }
}

export function readSettings(): HostSettings {
  return { ...window.chatwootSettings, ...window.kaitakSettings };
}

/** The page's own choice, then the browser's languages, then the inbox's, then Hong Kong's. */
export function chooseLocale(settings: HostSettings, browser: readonly string[], inbox?: string | null): Locale {
  const asked = settings.locale === undefined ? null : matchLocale(settings.locale);
  if (asked !== null) return asked;
  const spoken = settings.useBrowserLanguage === false ? [] : browser;
  for (const tag of [...spoken, inbox ?? ""]) {
    const found = matchLocale(tag);
    if (found !== null) return found;
  }
  return "zh-HK";
}

export function readScheme(text: string | undefined): Scheme {
  return text === "dark" || text === "auto" ? text : "light";
}

/** An http(s) origin with an optional path, without the slash at its end; null when it is something else. */
export function cleanBaseUrl(text: string): string | null {
  try {
    const url = new URL(text, location.href);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href.split(/[?#]/)[0]?.replace(/\/+$/, "") ?? null : null;
  } catch {
    return null;
  }
}
