import { describe, expect, it } from "vitest";
import { excerpt, isSearchable } from "@/features/conversations/excerpt";

const marked = (content: string, q: string) => excerpt(content, q).filter(({ isHit }) => isHit).map(({ text }) => text);

describe("excerpt", () => {
  it("marks every word, whatever its case", () => {
    expect(marked("我想退貨，Refund 幾時到", "退貨 refund")).toEqual(["退貨", "Refund"]);
  });
  it("begins near the first word of a long message", () => {
    const [first] = excerpt(`${"好".repeat(200)}退貨${"呀".repeat(200)}`, "退貨");
    expect(first?.text).toBe(`…${"好".repeat(12)}`);
  });
  it("shows the beginning where the word is written otherwise", () => {
    expect(excerpt("我想退貨", "退货")).toEqual([{ text: "我想退貨", isHit: false }]);
  });
  it("takes signs as signs", () => {
    expect(marked("100% (a+b)", "100% (a+b)")).toEqual(["100%", "(a+b)"]);
  });
});

describe("isSearchable", () => {
  it("needs a word of two characters", () => {
    expect([isSearchable("退貨"), isSearchable("退 貨"), isSearchable(" "), isSearchable("a bc")]).toEqual([true, false, false, true]);
  });
});
