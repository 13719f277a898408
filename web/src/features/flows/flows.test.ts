import { expect, test } from "vitest";
import type { EditorNames } from "@/api/flows";
import { offersAt } from "@/features/flows/completion";
import { known } from "@/features/flows/faults";
import { layOut } from "@/features/flows/layout";
import en from "@/shared/i18n/locales/en.json";
import zhCN from "@/shared/i18n/locales/zh-CN.json";
import zhHK from "@/shared/i18n/locales/zh-HK.json";
import { cut, outcomeParts, wayOf } from "@/features/flows/model";

const PROBLEMS = [
  "there is no step give", "there is no slot order", "there is no flow f", "there is no intent i", "there is no entity e", "there is no wording w",
  "there is no read r", "there is no deed d", "there is no other slot x", "there is no filter f; there are: day", "flow f has no slot s",
  "flow f does not name the intent i", "intent i has no end", "intent i has more than one end", "intent i is written twice", "intent i has fewer than 3 lines",
  "the name n is given twice", "the example is also under i", "cancel_order needs order_no", "cancel_order takes no day", "get_order takes order_no",
  "a runs b again", "orders is not a list of facts", "a row has no sku", "order has no colour; it has: total", "`normal` names a group that the pattern lacks",
  "a placeholder that the first language lacks", "not a regular expression: x", "the reason fraud has no words in en", "the folder holds no .yaml file",
  "the lines of an intent are taught under Understanding, and intents come with the pack", "the file is missing", "the file is too large", "not UTF-8 text",
  "YAML alias", "slots.a: a slot has exactly one of: entity, words, text, among", "write either intent or intents", "a turn has exactly one of: say, tap",
  "time_out_after must be longer than remind_after", "{order.colour}: order has no colour", "steps.a.tries: Input should be a valid integer",
  "flow: String should match pattern 'x'", "step s is never reached", "step s can come round without waiting for the customer",
  "cancel_order can be reached without a confirm", "slot s is never used", "nobody says w", "a key twice or not plain", "expression `a b`: at character 3",
  "steps.a: Extra inputs are not permitted", "start: Field required", "the file is empty", "wording w is not in every language", "wording w is missing",
  "flow f lies in flows/g.yaml", "nothing starts flow f", "intent i does not lead to this flow", "not YAML",
];
const FLOW = `flow: order_cancel
slots:
  order_no: {entity: order_no, ask: ask_order_no}
start: ask
steps:
  ask: {collect: order_no, next: sure}
  sure: {confirm: sure_cancel, yes: act, no: 
`;
const names: EditorNames = {
  schemas: { flow: { properties: { flow: {}, steps: {} }, $defs: { Collect: { properties: { collect: {}, tries: { description: "how often" } } } } } },
  names: { wording: ["ask_order_no", "sure_cancel"], entities: ["order_no"], reads: ["get_order"] },
} as unknown as EditorNames;

function offered(text: string, behind: string): string[] | undefined {
  const at = text.indexOf(behind) + behind.length;
  return offersAt(text, at, names)?.offers.map(({ label }) => label);
}

test("the editor offers steps, slots, wording and keys where each belongs", () => {
  expect(offered(FLOW, "act, no: ")).toEqual(["ask", "sure"]);
  expect(offered(FLOW, "{collect: ")).toEqual(["order_no"]);
  expect(offered(FLOW, "confirm: ")).toEqual(["ask_order_no", "sure_cancel"]);
  expect(offered(FLOW, "{collect: order_no, ")).toEqual(["collect", "tries"]);
  expect(offered("# flow: ", "# flow: ")).toBeUndefined();
});

test("a fault is known by its sentence, and an unknown one keeps its own words", () => {
  const fault = (problem: string) => ({ file: "flows/x.yaml", line: 3, problem, remedy: "" });
  expect(known(fault("there is no step give"))).toEqual({ key: "flows.fault.no_step", name: "give", remedy: "flows.remedy.name" });
  expect(known(fault("step lost is never reached"))).toEqual({ key: "flows.fault.unreached", name: "lost", remedy: "flows.remedy.connect" });
  expect(known(fault("mapping values are not allowed in this context"))?.key).toBe("flows.fault.yaml");
  expect(known(fault("something new"))).toBeNull();
});

test("every fault that the check can find has its words in each language", () => {
  for (const problem of PROBLEMS) {
    const found = known({ file: "flows/x.yaml", line: 3, problem, remedy: "" });
    expect(found, problem).not.toBeNull();
    for (const texts of [en, zhHK, zhCN] as Record<string, string>[]) {
      expect(texts[found!.key], found!.key).toBeTruthy();
      expect(texts[found!.remedy], found!.remedy).toBeTruthy();
    }
  }
});

test("ways between the same steps are one line, and steps lie below what leads to them", () => {
  const node = (step: string) => ({ step, kind: "call", about: "", text: "", line: 1 });
  const edge = (source: string, target: string, outcome: string, test = "") => ({ source, target, outcome, test });
  const edges = [edge("a", "b", "ok"), edge("a", "c", "not_found"), edge("a", "c", "unavailable"), edge("c", "b", "next")];
  const placed = layOut({ start: "a", nodes: [node("a"), node("b"), node("c")], edges, fault: null }, () => 40);
  const y = new Map(placed.nodes.map((each) => [each.node.step, each.y]));
  expect(placed.edges.map(({ ways }) => ways.edges.length)).toEqual([1, 2, 1]);
  expect(y.get("a")).toBeLessThan(y.get("c") ?? 0);
  expect(y.get("c")).toBeLessThan(y.get("b") ?? 0);
  expect([wayOf([edges[1]!, edges[2]!]), wayOf([edges[0]!]), wayOf([edge("a", "b", "branch.0.go", "x > 1")])]).toEqual(["bad", "main", "test"]);
  expect(outcomeParts("refused.already_shipped")).toEqual({ key: "refused", detail: "already_shipped" });
  expect([cut("單號去咗邊", 6), cut("abc", 6)]).toEqual(["單號去…", "abc"]);
});
