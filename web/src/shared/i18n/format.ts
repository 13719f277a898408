/** Times, sizes and money as people of the chosen language write them. */
import type { Locale } from "@/api/views";
import { useI18n, useT, type Translate } from "@/shared/i18n";

const DAY = 86_400_000;

export function startOfDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export function formatClock(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(iso));
}

export function formatDateTime(iso: string, locale: Locale): string {
  const style = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(locale, { ...style, hour12: false }).format(new Date(iso));
}

export function formatDay(iso: string, now: number, locale: Locale, t: Translate): string {
  const days = Math.round((startOfDay(now) - startOfDay(Date.parse(iso))) / DAY);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  const isThisYear = new Date(iso).getFullYear() === new Date(now).getFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(locale, { ...year, month: "long", day: "numeric", weekday: "short" }).format(new Date(iso));
}

/** "3 min", as coarse as the eye needs. */
export function formatSpan(ms: number, t: Translate, mostHours = 24): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return t("time.now");
  if (minutes < 60) return t("time.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < mostHours ? t("time.hours", { n: hours }) : t("time.days", { n: Math.floor(hours / 24) });
}

/** The time beside a row: clock today, date before. */
export function formatStamp(iso: string, now: number, locale: Locale): string {
  if (startOfDay(Date.parse(iso)) === startOfDay(now)) return formatClock(iso, locale);
  return new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric" }).format(new Date(iso));
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${kilo.toFixed(0)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}

export function formatMoney(amount: number | string, currency: string | null, locale: Locale): string {
  const number = Number(amount);
  if (!currency || Number.isNaN(number)) return String(amount);
  return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(number);
}

export function useFormat() {
  const t = useT();
  const locale = useI18n((state) => state.locale);
  return {
    locale,
    list: (words: string[]) => words.join(locale === "en" ? ", " : "、"),
    clock: (iso: string) => formatClock(iso, locale),
    dateTime: (iso: string) => formatDateTime(iso, locale),
    day: (iso: string, now: number) => formatDay(iso, now, locale, t),
    span: (ms: number) => formatSpan(ms, t),
    stamp: (iso: string, now: number) => formatStamp(iso, now, locale),
    money: (amount: number | string, currency: string | null) => formatMoney(amount, currency, locale),
  };
}
