/** What the bot handed over, read from the packet; an older packet lacks parts, and each part may be missing. Pure. */
import type { Handoff, Json } from "@/api/views";
import { isFields, listOf } from "@/shared/trace";

export interface PacketSlot {
  name: string;
  value: string;
  provenance: string;
  isWithdrawn: boolean;
}

export interface Exchange {
  turn: number;
  said: string;
  replied: string;
  emotion: string;
  sentiment: string;
}

export interface Packet {
  summary: string;
  urgency: string;
  team: string;
  evidence: string[];
  slots: PacketSlot[];
  exchanges: Exchange[];
  mood: { turn: number; sentiment: string; emotion: string }[];
  replies: string[];
  business: { title: string; facts: [string, string][] }[];
  deadline: string | null;
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(text).filter(Boolean) : []);
const number = (value: Json | undefined): number => (typeof value === "number" ? value : 0);

export function packetOf(handoff: Handoff): Packet {
  const { packet } = handoff;
  return {
    summary: handoff.summary ?? "",
    urgency: text(packet["urgency"]),
    team: text(packet["team"]),
    evidence: texts(packet["evidence"]),
    slots: slotsOf(packet["slots"]),
    exchanges: listOf(packet["asked_and_answered"]).map((note) => ({
      turn: number(note["turn"]),
      said: text(note["said"]),
      replied: text(note["replied"]),
      emotion: text(note["emotion"]),
      sentiment: text(note["sentiment"]),
    })),
    mood: listOf(packet["mood_course"]).map((point) => ({ turn: number(point["turn"]), sentiment: text(point["sentiment"]), emotion: text(point["emotion"]) })),
    replies: texts(packet["suggested_replies"]).slice(0, 3),
    business: listOf(packet["business"]).map(snapshotOf).filter(({ facts }) => facts.length > 0),
    deadline: text(packet["deadline_at"]) || null,
  };
}

/** Values in force first; one that was corrected stands once, struck through, behind what replaced it. */
function slotsOf(value: Json | undefined): PacketSlot[] {
  const slots = listOf(value)
    .map((slot) => ({ name: text(slot["name"]), value: text(slot["value"]), provenance: text(slot["provenance"]), isWithdrawn: slot["withdrawn"] === true }))
    .filter(({ name, value: said }) => name !== "" && said !== "");
  return [...slots.filter(({ isWithdrawn }) => !isWithdrawn), ...slots.filter(({ isWithdrawn }) => isWithdrawn)];
}

function snapshotOf(row: { [name: string]: Json }): Packet["business"][number] {
  const { title, kind, ...rest } = row;
  const inner = isFields(rest["facts"]) ? rest["facts"] : rest;
  const facts = Object.entries(inner).map(([name, value]) => [name, text(value)] as [string, string]);
  return { title: text(title) || text(kind), facts: facts.filter(([, value]) => value !== "") };
}

const HEIGHT: Record<string, number> = { positive: 0, neutral: 1, negative: 2 };

/** The course of the mood as points of a line, 0 good to 2 bad. */
export function moodLine(mood: Packet["mood"]): { x: number; y: number }[] {
  const last = Math.max(1, mood.length - 1);
  return mood.map(({ sentiment }, index) => ({ x: index / last, y: (HEIGHT[sentiment] ?? 1) / 2 }));
}
