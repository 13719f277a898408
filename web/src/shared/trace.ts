/** The bot's decision in readable pieces: its trace is written in the engine's words, people read their own. Pure. */
import type { Json } from "@/api/views";

export type Fields = { [name: string]: Json };

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: Json | undefined): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** One line of the story: what happened, to what, and how it ended; `way` are the steps that were walked. */
export interface Line {
  what: string;
  about: string;
  outcome: string;
  way: string[];
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : value == null ? "" : JSON.stringify(value));

/** The steps in order; those already told as what was understood are left out, a walk through a flow is one line. */
export function linesOf(steps: readonly Json[]): Line[] {
  const lines: Line[] = [];
  for (const each of steps) {
    if (!isFields(each)) continue;
    const step = textOf(each["step"]);
    const detail = textOf(each["detail"]);
    if (step === "understood" || detail === "" || detail === "nothing") continue;
    const walked = step === "step" ? /^([a-z0-9_]+)\.([a-z0-9_]+) -> ([a-z0-9_]+)$/.exec(detail) : null;
    if (walked) {
      const [, flow = "", from = "", to = ""] = walked;
      const last = lines.at(-1);
      if (last?.what === "step" && last.about === flow && last.way.at(-1) === from) last.way.push(to);
      else lines.push({ what: "step", about: flow, outcome: "", way: [from, to] });
    } else if (step === "command") lines.push(...detail.split("; ").map(commandOf));
    else lines.push(...[lineOf(step, detail)].filter((line) => step !== "in force" || line.about !== ""));
  }
  return lines;
}

const COMMANDS: [RegExp, string][] = [
  [/^start (\w+)/, "Start"],
  [/^fill (.*)$/s, "Fill"],
  [/^ask which is meant: (.*)$/, "Clarify"],
  [/^hand over: (\w+)/, "HandOverTo"],
  [/^answer the question: (.*)$/s, "Reply"],
];

/** One thing that was decided: a sentence of the engine's, or as older turns have it, its name with its fields. */
function commandOf(detail: string): Line {
  for (const [sentence, outcome] of COMMANDS) {
    const said = sentence.exec(detail);
    if (said) return { what: "command", about: valuesOf(said[1] ?? ""), outcome, way: [] };
  }
  const named = /^([A-Za-z]+)\((.*)\)$/s.exec(detail);
  return { what: "command", about: named ? valuesIn(named[2] ?? "") : detail, outcome: named?.[1] ?? "", way: [] };
}

/** `order_no=HK25-100234+HK25-100235, sku=A` for the eye. */
const valuesOf = (text: string): string => text.replace(/(\w+)=/g, "$1 ").replaceAll("+", "、").replaceAll(", ", "、");

const CHECKS: Record<string, string> = { "the proven customer's own order": "own", "the buyer's telephone": "phone" };

function lineOf(step: string, detail: string): Line {
  const plain = (about: string, outcome = ""): Line => ({ what: step, about, outcome, way: [] });
  if (step === "in force") {
    const [, intent = "", values = detail] = /^(.*?) \([^)]*\); (?:no values)?(.*?)(?:; carried .*)?$/s.exec(detail) ?? [];
    return plain([intent === "no request" ? "" : intent, valuesOf(values)].filter(Boolean).join("，"));
  }
  if (step === "corrected") return plain(detail.replace(": ", " ").replace(" -> ", " → "));
  if (step === "check") return plain("", CHECKS[detail] ?? "failed");
  if (step === "hand over") {
    const [reason = "", team = ""] = detail.split(" to ");
    return plain(team, reason);
  }
  if (step === "call" || step === "do" || step === "confirm") {
    const at = detail.indexOf(": ");
    return at < 0 ? plain(detail) : plain(detail.slice(0, at), detail.slice(at + 2));
  }
  return plain(detail);
}

/** The values among a command's fields: 'order_status', 'HK25-100234'. */
function valuesIn(fields: string): string {
  return [...fields.matchAll(/'([^']*)'/g)].map((match) => match[1]).filter(Boolean).join("、");
}

/** How many a read found; null where it says something else. */
export function foundIn(outcome: string): number | null {
  const found = /^(\d+) found$/.exec(outcome);
  return found ? Number(found[1]) : null;
}

export interface Guess {
  name: string;
  title: Fields | null;
  confidence: number | null;
}

/** What the message could have meant, the likeliest first. */
export function guessesOf(understanding: Fields): Guess[] {
  const ranked = listOf(understanding["intents"]).map(({ name, title, confidence }) => ({
    name: textOf(name),
    title: isFields(title) ? title : null,
    confidence: typeof confidence === "number" ? confidence : null,
  }));
  if (ranked.length > 0) return ranked;
  const predicted = listOf(understanding["predictions"]).find(({ kind }) => kind === "intent");
  const confidence = predicted?.["confidence"];
  const name = textOf(understanding["intent"]);
  return name === "" ? [] : [{ name, title: null, confidence: typeof confidence === "number" ? confidence : null }];
}

/** Lines that taught it, or rules that spoke: "我想退貨 (0.83)". */
export function evidenceOf(understanding: Fields): string[] {
  const predicted = listOf(understanding["predictions"]).find(({ kind }) => kind === "intent");
  const evidence = predicted?.["evidence"];
  return Array.isArray(evidence) ? evidence.filter((each): each is string => typeof each === "string") : [];
}
