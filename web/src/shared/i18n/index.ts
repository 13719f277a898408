/** Three languages, one typed dictionary each, loaded when chosen. */
import { create } from "zustand";
import type { Locale } from "@/api/views";
import type en from "@/shared/i18n/locales/en.json";

export type Key = keyof typeof en;
export type Values = Record<string, string | number>;
export type Translate = (key: Key, values?: Values) => string;

export const LOCALES: { value: Locale; name: string }[] = [
  { value: "zh-HK", name: "繁體中文（香港）" },
  { value: "zh-CN", name: "简体中文" },
  { value: "en", name: "English" },
];

const LOADERS: Record<Locale, () => Promise<{ default: Record<Key, string> }>> = {
  "zh-HK": () => import("@/shared/i18n/locales/zh-HK.json"),
  "zh-CN": () => import("@/shared/i18n/locales/zh-CN.json"),
  en: () => import("@/shared/i18n/locales/en.json"),
};

interface I18n {
  locale: Locale;
  texts: Partial<Record<Key, string>>;
}

export const useI18n = create<I18n>()(() => ({ locale: "zh-HK", texts: {} }));

/** The nearest of our three languages to a tag, as the server has it: Chinese without a script or a place is Hong Kong's. */
export function nearestLocale(tag: string | null | undefined): Locale | null {
  const [primary = "", ...parts] = (tag ?? "").toLowerCase().replaceAll("_", "-").split("-");
  if (!["zh", "yue", "cmn"].includes(primary)) return primary === "en" ? "en" : null;
  if (parts.includes("hant")) return "zh-HK";
  const isSimplified = parts.some((part) => ["hans", "cn", "sg", "my"].includes(part)) || (primary === "cmn" && !parts[0]);
  return isSimplified ? "zh-CN" : "zh-HK";
}

export async function setLocale(locale: Locale): Promise<void> {
  const texts = (await LOADERS[locale]()).default;
  document.documentElement.lang = locale;
  useI18n.setState({ locale, texts });
}

export function fill(text: string, values: Values | undefined): string {
  return values ? text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole)) : text;
}

export function useT(): Translate {
  const texts = useI18n((state) => state.texts);
  return (key, values) => fill(texts[key] ?? key, values);
}

/** The text of a key that was put together at run time, or the fallback when there is none. */
export function useMaybeT(): (key: string, fallback: string, values?: Values) => string {
  const texts = useI18n((state) => state.texts);
  return (key, fallback, values) => fill((texts as Record<string, string>)[key] ?? fallback, values);
}
