import { expect, test } from "vitest";
import type { EditorNames } from "@/api/flows";
import { offersAt } from "@/features/flows/completion";
import { known } from "@/features/flows/faults";
import { layOut } from "@/features/flows/layout";
import { cut, outcomeParts, wayOf } from "@/features/flows/model";

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
  expect(known(fault("there is no step give"))).toEqual({ key: "flows.fault.no_step", name: "give" });
  expect(known(fault("step lost is never reached"))).toEqual({ key: "flows.fault.unreached", name: "lost" });
  expect(known(fault("mapping values are not allowed in this context"))?.key).toBe("flows.fault.yaml");
  expect(known(fault("something new"))).toBeNull();
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
