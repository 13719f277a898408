/** Theme and language: kept in this browser for the sign-in page, and with the user once signed in. */
import { create } from "zustand";
import { http } from "@/api/http";
import type { Locale, MeView, UiSettings } from "@/api/views";
import { nearestLocale, setLocale } from "@/shared/i18n";

export type ThemeMode = NonNullable<UiSettings["theme"]>;
const STORED = "kaitak.preferences";

interface Preferences {
  theme: ThemeMode;
  panelHidden: boolean;
}

function stored(): UiSettings {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}") as UiSettings;
  } catch {
    return {};
  }
}

function remember(change: UiSettings): void {
  try {
    localStorage.setItem(STORED, JSON.stringify({ ...stored(), ...change }));
  } catch {
    // a browser that keeps nothing still works
  }
}

export const usePreferences = create<Preferences>()(() => ({
  theme: stored().theme ?? "system",
  panelHidden: stored().panel_hidden ?? false,
}));

export function firstLocale(): Locale {
  const named = [stored().language, ...navigator.languages].map((name) => nearestLocale(name));
  return named.find((locale) => locale !== null) ?? "zh-HK";
}

/** Take over what the server keeps for this user. */
export async function adopt(me: MeView): Promise<void> {
  const { theme, language, panel_hidden } = me.user.ui_settings;
  if (theme) usePreferences.setState({ theme });
  if (panel_hidden !== undefined) usePreferences.setState({ panelHidden: panel_hidden });
  remember(me.user.ui_settings);
  const locale = language ?? nearestLocale(me.user.locale);
  if (locale) await setLocale(locale);
}

/** Change here at once, and keep it with the user. */
export async function savePreference(change: UiSettings, known: UiSettings | null): Promise<void> {
  remember(change);
  if (change.theme) usePreferences.setState({ theme: change.theme });
  if (change.panel_hidden !== undefined) usePreferences.setState({ panelHidden: change.panel_hidden });
  if (change.language) await setLocale(change.language);
  if (!known) return;
  const locale = change.language ? { locale: change.language } : {};
  await http.patch("/auth/me", { ui_settings: { ...known, ...change }, ...locale });
}
