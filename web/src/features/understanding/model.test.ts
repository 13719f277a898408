import { describe, expect, it } from "vitest";
import type { Confusion, FoundEntity, IntentFigures, Model } from "@/api/understanding";
import { heatOf, matchesWrong, nearestOf, ownFirst, packOwnAccuracy, partsOf, percent, titleIn, titlesOf, wordsOfMood } from "@/features/understanding/model";
import { pack } from "@/testing/understanding";

const entity = (start: number, end: number, kind = "order_no"): FoundEntity => ({ kind, text: "", value: "", start, end, spoken: false, withdrawn: false });
const texts = (text: string, ...found: FoundEntity[]) => partsOf(text, found).map((part) => [part.text, part.entity?.kind ?? null]);

describe("a message with its values marked", () => {
  it("is cut at them, in their order", () => {
    expect(texts("單12同34", entity(4, 6, "phone"), entity(1, 3))).toEqual([["單", null], ["12", "order_no"], ["同", null], ["34", "phone"]]);
  });
  it("counts an emoji and a rare character as one, as the server does", () => {
    expect(texts("😡𠮷12呀", entity(2, 4))).toEqual([["😡𠮷", null], ["12", "order_no"], ["呀", null]]);
  });
  it("keeps every letter when values overlap or lie outside", () => {
    expect(partsOf("abcdef", [entity(0, 4), entity(2, 5), entity(5, 9)]).map(({ text }) => text).join("")).toBe("abcdef");
    expect(texts("abcdef", entity(0, 4), entity(2, 5))).toEqual([["abcd", "order_no"], ["ef", null]]);
  });
  it("is whole without values, and nothing when empty", () => {
    expect(texts("你好")).toEqual([["你好", null]]);
    expect(texts("")).toEqual([]);
  });
});

describe("evidence", () => {
  it("is a line and how near it is", () => expect(nearestOf("我想退貨 (急) (0.83)")).toEqual({ text: "我想退貨 (急)", similarity: 0.83 }));
  it("is shown as it is when it names no similarity", () => expect(nearestOf("act greet")).toEqual({ text: "act greet", similarity: null }));
});

describe("intents", () => {
  it("are called by their titles, and by their name once the pack has lost them", () => {
    expect([titlesOf(pack, "zh-HK")("refund_status"), titlesOf(pack, "zh-CN")("refund_status"), titlesOf(pack, "en")("gone")]).toEqual(["退款進度", "退款进度", "gone"]);
    expect(titleIn(pack.title, "en")).toBe("Retail");
  });
  it("are found among wrong rows by words, names and titles", () => {
    const row = { text: "幾時過數", intent: "refund_status", read_as: "order_status", confidence: 0.7, is_own: true };
    const title = titlesOf(pack, "zh-HK");
    expect(["過數", "REFUND", "訂單進度", " "].map((q) => matchesWrong(row, q, title))).toEqual([true, true, true, true]);
    expect(matchesWrong(row, "退貨", title)).toBe(false);
  });
});

describe("the heat map", () => {
  const confusion = (intent: string, readAs: string, lines: number, share: number): Confusion => ({ intent, read_as: readAs, lines, share, samples: ["x"] });
  const figures = (intent: string, recall: number): IntentFigures => ({ intent, lines: 50, recall, precision: 1, f1: 1 });
  const report = { confusions: [confusion("a", "b", 8, 0.16), confusion("c", "a", 3, 0.06), confusion("a", "d", 2, 0.04)], intents: [figures("a", 0.8), figures("b", 1), figures("c", 0.94), figures("d", 1)] };
  it("begins with the intent that has most errors", () => expect(heatOf(report).map(({ intent }) => intent)).toEqual(["a", "c", "b", "d"]));
  it("has the share that is right on the diagonal and what is not shown under others", () => {
    const [first] = heatOf(report, 2);
    expect(first?.cells.map(({ readAs, share }) => [readAs, share])).toEqual([["a", 0.8], ["c", 0]]);
    expect(first?.others).toBeCloseTo(0.2);
  });
  it("is empty without errors", () => expect(heatOf({ confusions: [], intents: [figures("a", 1)] })).toEqual([]));
});

describe("findings", () => {
  it("that the account can change itself come first, each group in its order", () => {
    const line = (text: string, isOwn: boolean) => ({ text, intent: "a", is_own: isOwn, example_id: null });
    const items = [line("1", false), line("2", true), line("3", false), line("4", true)];
    expect(ownFirst(items, (item) => [item]).map(({ text }) => text)).toEqual(["2", "4", "1", "3"]);
  });
});

describe("mood", () => {
  it("is shown by the words it was read from, each once, without scores", () => {
    expect(wordsOfMood(["escalate 0.42", "long_wait: 咁耐", "anger: 嬲", "impatience: 嬲"])).toEqual(["咁耐", "嬲"]);
  });
});

describe("figures", () => {
  it("are shares with one digit", () => expect([percent(0.9234), percent(1, 0)]).toEqual(["92.3%", "100%"]));
  it("of the pack's own model come from a version weighed against it", () => {
    const weighed = (isOwn: boolean): Model => ({ gate: { against: { is_pack_own: isOwn }, measures: [{ measure: "cross_validation", active: 0.91 }] } }) as Model;
    expect([packOwnAccuracy([weighed(false), weighed(true)]), packOwnAccuracy([weighed(false)])]).toEqual([0.91, null]);
  });
});
