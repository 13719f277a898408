import { describe, expect, it } from "vitest";
import { fill, nearestLocale } from "@/shared/i18n";
import { formatSpan } from "@/shared/i18n/format";
import en from "@/shared/i18n/locales/en.json";
import hans from "@/shared/i18n/locales/zh-CN.json";
import hant from "@/shared/i18n/locales/zh-HK.json";

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
  it("finds the nearest of the three", () => {
    expect([nearestLocale("zh-Hant-TW"), nearestLocale("zh-SG"), nearestLocale("en-GB"), nearestLocale("fr")]).toEqual(["zh-HK", "zh-CN", "en", null]);
  });
  it("fills holes and leaves unknown ones visible", () => expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}"));
  it("says waiting times as coarsely as the eye needs", () => {
    const t = (key: string, values?: object) => `${key} ${JSON.stringify(values ?? {})}`;
    expect(formatSpan(30_000, t)).toBe("time.now {}");
    expect(formatSpan(59 * 60_000, t)).toBe('time.minutes {"n":59}');
    expect(formatSpan(49 * 3_600_000, t)).toBe('time.days {"n":2}');
  });
});
