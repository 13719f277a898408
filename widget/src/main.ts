/** The script's first and last word: puts the commands on the page, and runs at once when its tag names a token. */

import { cleanBaseUrl, readSettings, type RunOptions } from "./settings";
import { Widget } from "./widget";
import type { CustomAttributes, Person } from "./wire";

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
const settings = readSettings();
const hasAlias = settings.chatwootAlias === true || script?.dataset.chatwootAlias !== undefined;
let widget: Widget | null = null;

function emit(name: string, detail?: unknown): void {
  for (const family of hasAlias ? ["kaitak", "chatwoot"] : ["kaitak"]) {
    window.dispatchEvent(new CustomEvent(`${family}:${name}`, { detail }));
  }
}

/** Start the widget; a second call on the same page changes nothing. */
function run(options: Partial<RunOptions>): void {
  const baseUrl = cleanBaseUrl(options.baseUrl ?? (script === null ? "" : new URL(".", script.src).href));
  const { websiteToken } = options;
  if (typeof websiteToken !== "string" || websiteToken === "" || baseUrl === null) {
    console.error("kaitak: run needs { websiteToken, baseUrl }");
    emit("error", { code: "options_invalid" });
    return;
  }
  if (widget !== null) return;
  widget = new Widget({ websiteToken, baseUrl }, { ...settings, ...readSettings() }, emit);
  const started = widget;
  const begin = (): void => void started.start();
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin, { once: true });
  else begin();
}

const commands = {
  get isOpen(): boolean {
    return widget?.isOpen ?? false;
  },
  get hasLoaded(): boolean {
    return widget?.hasLoaded ?? false;
  },
  toggle: (wanted?: "open" | "close") => widget?.toggle(wanted),
  toggleBubbleVisibility: (wanted: "hide" | "show") => widget?.setBubble(wanted),
  setUser: (identifier: string | number, person?: Person) => widget?.identity.setUser(identifier, person),
  setCustomAttributes: (attributes: CustomAttributes) => widget?.identity.setAttributes(attributes),
  deleteCustomAttribute: (key: string) => widget?.identity.deleteAttribute(key),
  setLocale: (locale: string) => widget?.setLocale(locale),
  setColorScheme: (scheme: string) => widget?.setScheme(scheme),
  reset: () => widget?.reset(),
};

function offer(names: readonly string[], value: unknown): void {
  for (const name of names) Object.defineProperty(window, name, { value, configurable: true });
}

offer(hasAlias ? ["$kaitak", "$chatwoot"] : ["$kaitak"], commands);
offer(hasAlias ? ["kaitakSDK", "chatwootSDK"] : ["kaitakSDK"], { run });

const token = script?.dataset.websiteToken;
if (token !== undefined) run({ websiteToken: token, ...(script?.dataset.baseUrl === undefined ? {} : { baseUrl: script.dataset.baseUrl }) });
