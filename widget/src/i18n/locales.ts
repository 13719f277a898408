/** The languages that the widget speaks, and which of them a browser's or a page's language tag means. */

import { en } from "./en";
import type { Words } from "./words";
import { zhCn } from "./zh_cn";
import { zhHk } from "./zh_hk";
import type { Localised } from "../../../sdk/src/wire";

export type Locale = "zh-HK" | "zh-CN" | "en";

export const WORDS: Readonly<Record<Locale, Words>> = { "zh-HK": zhHk, "zh-CN": zhCn, en };

/** What the server calls each of them. */
export const SERVER_LOCALE: Readonly<Record<Locale, string>> = { "zh-HK": "zh-HK", "zh-CN": "zh-Hans", en: "en" };

/** As the server has it: Chinese without a script or a place is Hong Kong's; null: not spoken here. */
export function matchLocale(tag: string): Locale | null {
  const [primary = "", ...parts] = tag.toLowerCase().replaceAll("_", "-").split("-");
  if (!["zh", "yue", "cmn"].includes(primary)) return primary === "en" ? "en" : null;
  if (parts.includes("hant")) return "zh-HK";
  const isSimplified = parts.some((part) => ["hans", "cn", "sg", "my"].includes(part)) || (primary === "cmn" && !parts[0]);
  return isSimplified ? "zh-CN" : "zh-HK";
}

/** A text that the shop may have written in several languages; falls back to any that it wrote. */
export function localised(text: Localised | null | undefined, locale: Locale): string {
  if (text === null || text === undefined) return "";
  if (typeof text === "string") return text;
  return text[SERVER_LOCALE[locale]] ?? text[locale] ?? text["zh-HK"] ?? Object.values(text)[0] ?? "";
}

/** Put values into `{name}` places. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
