import { describe, expect, it } from "vitest";
import { fill, nearestLocale } from "@/shared/i18n";
import { formatSpan } from "@/shared/i18n/format";
import en from "@/shared/i18n/locales/en.json";
import hans from "@/shared/i18n/locales/zh-CN.json";
import hant from "@/shared/i18n/locales/zh-HK.json";
import tags from "@/../../tests/core/language_tags.json";

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each([["zh-HK", hant], ["zh-CN", hans]] as const)("%s", (_name, texts) => {
  it("says everything that English says, and nothing more", () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
  });
  it("fills the same holes", () => {
    for (const [key, text] of Object.entries(texts)) expect([key, holes(text)]).toEqual([key, holes(en[key as keyof typeof en])]);
  });
  it("leaves nothing empty", () => {
    expect(Object.values(texts).filter((text) => text.trim() === "")).toEqual([]);
  });
});

describe("languages", () => {
  it.each(Object.entries(tags))("finds %s where the server does", (written, asking) => {
    const found = asking.map(nearestLocale).map((locale) => (locale === "zh-CN" ? "zh-Hans" : (locale ?? "")));
    expect(new Set(found)).toEqual(new Set([written]));
  });
  it("fills holes and leaves unknown ones visible", () => expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}"));
  it("says waiting times as coarsely as the eye needs", () => {
    const t = (key: string, values?: object) => `${key} ${JSON.stringify(values ?? {})}`;
    expect(formatSpan(30_000, t)).toBe("time.now {}");
    expect(formatSpan(59 * 60_000, t)).toBe('time.minutes {"n":59}');
    expect(formatSpan(49 * 3_600_000, t)).toBe('time.days {"n":2}');
  });
});
