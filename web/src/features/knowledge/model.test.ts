import { describe, expect, it } from "vitest";
import type { Imported, KnowledgeImport } from "@/api/knowledge";
import { diffLines, isReviewDue, joined, portionsOf, validityOf } from "@/features/knowledge/model";

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text, from, to }) => `${{ same: " ", added: "+", removed: "-" }[kind]}${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`);

describe("validity", () => {
  it("counts the last day as one that holds", () => {
    const article = { valid_from: "2025-01-02", valid_to: "2025-01-03" };
    expect(["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04"].map((day) => validityOf(article, day))).toEqual(["upcoming", "current", "current", "expired"]);
    expect(validityOf({ valid_from: null, valid_to: null }, "2025-01-01")).toBe("current");
    expect([isReviewDue({ review_at: "2025-01-01" }, "2025-01-01"), isReviewDue({ review_at: null }, "2025-01-01")]).toEqual([true, false]);
  });
});

describe("difference of versions", () => {
  it("marks the part of a line that was rewritten", () => {
    expect(shown("甲\n- 小型家電 12個月\n丙", "甲\n- 小型家電 18個月\n丙")).toEqual([" []甲", "-- 小型家電 1[2]個月", "+- 小型家電 1[8]個月", " []丙"]);
  });
  it("keeps lines that moved apart", () => {
    expect(shown("a\nb\nc", "a\nx\nc\nd")).toEqual([" []a", "-[b]", "+[x]", " []c", "+[d]"]);
  });
  it("says nothing of equal texts", () => {
    expect(diffLines("a\nb", "a\nb").every(({ kind }) => kind === "same")).toBe(true);
  });
});

describe("import in portions", () => {
  it("takes few files at a time, and large ones alone", () => {
    const file = (size: number) => new File(["x".repeat(size)], "a.md");
    expect(portionsOf([1, 1, 1, 9, 9].map(file), 2, 10).map((part) => part.length)).toEqual([2, 2, 1]);
  });
  it("finds an id that two portions share", () => {
    const part = (file: string): KnowledgeImport => ({ dry_run: true, articles: [{ file, key: "a" } as Imported], faults: [] });
    const both = joined([part("1.md"), part("2.md")]);
    expect([both.articles.length, both.faults[0]?.file]).toEqual([1, "2.md"]);
  });
});
