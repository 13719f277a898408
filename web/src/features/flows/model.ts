/** What the pages about flows make of the server's answers. Pure. */
import type { DrawnEdge, Fault, FileBrief, FlowBrief, PackState, PackTitle } from "@/api/flows";
import type { Locale } from "@/api/views";

export const SECTIONS = ["list", "wording", "versions"] as const;
export type Section = (typeof SECTIONS)[number];

export const LOCALE_OF_PACK: Record<Locale, keyof PackTitle> = { "zh-HK": "zh-HK", "zh-CN": "zh-Hans", en: "en" };

export function titleIn(title: PackTitle, locale: Locale): string {
  return title[LOCALE_OF_PACK[locale]];
}

/** What a flow is called: by what starts it; one that only others use keeps its own name. */
export function nameOf(flow: FlowBrief, locale: Locale): string {
  return flow.intents.map(({ title }) => titleIn(title, locale)).join("、") || flow.name;
}

export const flowPath = (name: string): string => `flows/${name}.yaml`;
export const wordingPath = (language: string): string => `wording/${language}.yaml`;

export function briefOf(state: PackState | undefined, path: string): FileBrief | undefined {
  return state?.files.find((file) => file.path === path) ?? state?.flows.find(({ file }) => file.path === path)?.file;
}

/** Flows that hold the words, in their name, what starts them, or what they do. */
export function matching(flows: readonly FlowBrief[], words: string, locale: Locale): FlowBrief[] {
  const wanted = words.trim().toLocaleLowerCase();
  if (wanted === "") return [...flows];
  const textOf = (flow: FlowBrief) => [flow.name, nameOf(flow, locale), ...flow.reads, ...flow.deeds].join("\n").toLocaleLowerCase();
  return flows.filter((flow) => textOf(flow).includes(wanted));
}

/** The faults of one file, and those of others. */
export function splitFaults(faults: readonly Fault[], path: string): { here: Fault[]; elsewhere: Fault[] } {
  return { here: faults.filter(({ file }) => file === path), elsewhere: faults.filter(({ file }) => file !== path) };
}

const NAME = /^[a-z][a-z0-9_]{0,59}$/;

export function isFlowName(name: string): boolean {
  return NAME.test(name);
}

/** A new flow to begin from: it asks for nothing and hands over. */
export function firstText(name: string): string {
  return `flow: ${name}\nintents: []\nslots: {}\nstart: person\nsteps:\n  person: {hand_over: flow}\n`;
}

/** "refused.already_shipped" as a family and what it is about; a test's place is no news. */
export function outcomeParts(outcome: string): { key: string; detail: string } {
  const [key = "", ...rest] = outcome.split(".");
  return { key, detail: key === "refused" ? rest.join(".") : "" };
}

const BAD = new Set(["exhausted", "not_found", "unavailable", "not_permitted", "failed", "no", "none", "unknown", "missing", "refused"]);

export type Way = "main" | "test" | "bad";

/** How a line is drawn: plain where the main way goes, by a test, or only where something went wrong. */
export function wayOf(edges: readonly DrawnEdge[]): Way {
  if (edges.some(({ test }) => test !== "")) return "test";
  return edges.every(({ outcome }) => BAD.has(outcomeParts(outcome).key)) ? "bad" : "main";
}

export type Tone = "ask" | "look" | "act" | "say" | "decide" | "person" | "end";

const TONES: Record<string, Tone> = {
  collect: "ask", choose: "ask", check: "ask", confirm: "ask", call: "look", answer: "look", do: "act", say: "say",
  branch: "decide", set: "decide", run: "decide", hand_over: "person", end: "end",
};

export function toneOf(kind: string): Tone {
  return TONES[kind] ?? "say";
}

/** Text cut to a width that counts a Chinese letter as two. */
export function cut(text: string, width: number): string {
  let used = 0;
  let kept = "";
  for (const letter of text) {
    used += /[\u2e80-\uffef]/.test(letter) ? 2 : 1;
    if (used > width) return `${kept}…`;
    kept += letter;
  }
  return kept;
}
