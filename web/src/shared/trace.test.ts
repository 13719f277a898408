import { expect, test } from "vitest";
import { foundIn, guessesOf, linesOf } from "@/shared/trace";

const step = (name: string, detail: string) => ({ step: name, detail });

test("a walk through one flow is one line, and what was understood is not told twice", () => {
  const lines = linesOf([
    step("understood", "yue; request"),
    step("command", "Start(intent='order_status', replaces=False)"),
    step("step", "order_status.begin -> find"),
    step("step", "order_status.find -> tell"),
    step("call", "get_order: 1 found"),
    step("do", "cancel_order: refused (already_shipped)"),
    step("hand over", "policy to returns"),
  ]);
  expect(lines).toEqual([
    { what: "command", about: "order_status", outcome: "Start", way: [] },
    { what: "step", about: "order_status", outcome: "", way: ["begin", "find", "tell"] },
    { what: "call", about: "get_order", outcome: "1 found", way: [] },
    { what: "do", about: "cancel_order", outcome: "refused (already_shipped)", way: [] },
    { what: "hand over", about: "returns", outcome: "policy", way: [] },
  ]);
  expect(foundIn("1 found")).toBe(1);
  expect(foundIn("not_found")).toBeNull();
});

test("what was decided, what holds and how it was checked are told without the engine's words", () => {
  const lines = linesOf([
    step("in force", "order_cancel (said again); order_no=HK25-100234; carried order_no"),
    step("in force", "no request (nothing yet); no values"),
    step("command", "fill order_no=HK25-100234, qty=one+two; hand over: anger"),
    step("command", "start refund_status in place of what was open; Cancel()"),
    step("corrected", "order_no: HK25-1 -> HK25-2"),
    step("check", "the proven customer's own order"),
    step("check", "failed: other digits"),
  ]);
  expect(lines.map(({ outcome, about }) => [outcome, about])).toEqual([
    ["", "order_cancel，order_no HK25-100234"],
    ["Fill", "order_no HK25-100234、qty one、two"],
    ["HandOverTo", "anger"],
    ["Start", "refund_status"],
    ["Cancel", ""],
    ["", "order_no HK25-1 → HK25-2"],
    ["own", ""],
    ["failed", ""],
  ]);
});

test("turns of before titles were kept still name what was meant", () => {
  const old = { intent: "order_status", predictions: [{ kind: "intent", label: "order_status", confidence: 0.9, evidence: [] }] };
  expect(guessesOf(old)).toEqual([{ name: "order_status", title: null, confidence: 0.9 }]);
  expect(guessesOf({ intent: null })).toEqual([]);
  expect(linesOf([null, "text", { step: 3 }])).toEqual([]);
});
