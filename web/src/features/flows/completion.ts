/** What the editor offers while a flow is written: keys from the JSON Schema, and names that exist. Pure. */
import type { EditorNames } from "@/api/flows";

export interface Offer {
  label: string;
  kind: "key" | "name";
  info: string;
}

interface Model {
  properties?: Record<string, { description?: string }>;
}

const NAMES_OF: Record<string, string> = {
  call: "reads", do: "deeds", say: "wording", ask: "wording", wording: "wording", invalid: "wording", confirm: "wording",
  entity: "entities", run: "flows", intent: "intents", intents: "intents", hand_over: "reasons",
};
const STEP_KEYS = new Set([
  "go", "next", "none", "exhausted", "ok", "not_found", "unavailable", "not_permitted", "failed", "yes", "no", "done",
  "otherwise", "unknown", "found", "missing", "start",
]);
const SLOT_KEYS = new Set(["collect", "choose", "check", "after"]);
const MODELS: Record<string, string> = {
  collect: "Collect", choose: "Choose", call: "Call", check: "Check", confirm: "Confirm", do: "Do", say: "Say",
  branch: "Branch", set: "Set", answer: "Answer", run: "Run", hand_over: "HandOver", end: "End",
};

/** The names written under a block of the file, such as `steps`. */
export function namesUnder(text: string, block: string): string[] {
  const body = new RegExp(`^${block}:[^\\n]*\\n((?:[ \\t]+[^\\n]*\\n?|\\n|#[^\\n]*\\n)*)`, "m").exec(`${text}\n`)?.[1] ?? "";
  return [...body.matchAll(/^ {2}([a-z][a-z0-9_]*):/gm)].map((match) => match[1] ?? "");
}

/** The block of the file, and the text of the part (a slot or a step), that the cursor is in. */
function placeOf(before: string): { block: string; part: string } {
  const block = [...before.matchAll(/^([a-z_]+):/gm)].at(-1)?.[1] ?? "";
  const start = Math.max(0, ...[...before.matchAll(/^ {2}[a-z][a-z0-9_]*:/gm)].map(({ index }) => index));
  return { block, part: before.slice(start) };
}

/** Where the word begins, and what it could be; nothing where there is nothing to offer. */
export function offersAt(text: string, at: number, known: EditorNames): { from: number; offers: Offer[] } | null {
  const before = text.slice(0, at);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (line.trimStart().startsWith("#")) return null;
  const word = /[A-Za-z_][A-Za-z0-9_]*$/.exec(line)?.[0] ?? "";
  const from = at - word.length;
  const key = /([a-z_]+):\s*(?:\[[^\]]*)?$/.exec(line.slice(0, line.length - word.length))?.[1];
  if (key !== undefined) {
    const names = valuesOf(key, text, known);
    return names.length > 0 ? { from, offers: names.map((label) => ({ label, kind: "name", info: "" })) } : null;
  }
  const offers = keysAt(before, line.length - word.length, known);
  return offers.length > 0 ? { from, offers } : null;
}

function valuesOf(key: string, text: string, known: EditorNames): string[] {
  if (STEP_KEYS.has(key)) return namesUnder(text, "steps");
  if (SLOT_KEYS.has(key)) return namesUnder(text, "slots");
  return known.names[NAMES_OF[key] ?? ""] ?? [];
}

function keysAt(before: string, indent: number, known: EditorNames): Offer[] {
  const flow = known.schemas["flow"] as ({ $defs?: Record<string, Model> } & Model) | undefined;
  if (!flow) return [];
  const keysOf = (model: Model | undefined) =>
    Object.entries(model?.properties ?? {}).map(([label, { description = "" }]) => ({ label, kind: "key" as const, info: description }));
  if (indent === 0) return keysOf(flow);
  const { block, part } = placeOf(before);
  const isInside = /[{,]\s*$/.test(before.replace(/[A-Za-z0-9_]*$/, "")) || indent >= 4;
  if (!isInside) return [];
  if (block === "slots") return keysOf(flow.$defs?.["Slot"]);
  if (block !== "steps") return [];
  const kind = Object.keys(MODELS).find((name) => new RegExp(`[{,\\s]${name}:`).test(part));
  if (kind !== undefined) return keysOf(flow.$defs?.[MODELS[kind] ?? ""]);
  return Object.keys(MODELS).map((label) => ({ label, kind: "key" as const, info: "" }));
}
