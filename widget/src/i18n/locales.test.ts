import { describe, expect, it } from "vitest";
import { fill, localised, matchLocale, SERVER_LOCALE, WORDS } from "./locales";
import tags from "../../../tests/core/language_tags.json";

describe("the words", () => {
  const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort();

  it.each(["zh-HK", "zh-CN"] as const)("%s says everything that English says, with the same places", (locale) => {
    expect(Object.keys(WORDS[locale]).sort()).toEqual(Object.keys(WORDS.en).sort());
    for (const [key, english] of Object.entries<string | readonly string[]>({ ...WORDS.en })) {
      const own: string | readonly string[] = WORDS[locale][key as keyof typeof WORDS.en];
      expect(own.length, key).toBeGreaterThan(0);
      if (typeof english === "string") expect(places(own as string), key).toEqual(places(english));
      else expect(own).toHaveLength(english.length);
    }
  });

  it("writes Hong Kong's texts without simplified characters, and the mainland's without traditional ones", () => {
    expect(Object.values(WORDS["zh-HK"]).flat().join("")).not.toMatch(/[传发输读对话务员时线]/);
    expect(Object.values(WORDS["zh-CN"]).flat().join("")).not.toMatch(/[傳發輸讀對話務員時線]/);
  });
});

describe("languages", () => {
  it.each(Object.entries(tags))("means %s as the server does", (written, asking) => {
    const found = asking.map(matchLocale).map((locale) => (locale ? SERVER_LOCALE[locale] : ""));
    expect(new Set(found)).toEqual(new Set([written]));
  });

  it("takes the shop's text in the customer's language, else in one that there is", () => {
    const text = { "zh-HK": "你好", "zh-Hans": "您好" };
    expect(localised(text, "zh-CN")).toBe("您好");
    expect(localised(text, "en")).toBe("你好");
    expect(localised("Hi", "zh-HK")).toBe("Hi");
    expect(localised(null, "en")).toBe("");
  });

  it("fills places and leaves unknown ones", () => expect(fill("{name} {x}", { name: "A" })).toBe("A {x}"));
});
