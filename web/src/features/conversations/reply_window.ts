/** Pure: what the channel still takes at this moment, from what the server said and the clock. */
import type { MessageTemplate, ReplyWindow } from "@/api/views";

/** So long before it closes the agent is warned. */
const SOON = 2 * 3_600_000;

export interface Standing {
  isOpen: boolean;
  /** Worth saying: it is closed, closes soon, or few messages are left. */
  isShown: boolean;
  why: ReplyWindow["why"];
  left: number | null;
  remaining: number | null;
  hasTemplates: boolean;
}

export function standingOf(window: ReplyWindow | null, now: number): Standing {
  if (!window) return { isOpen: true, isShown: false, why: "", left: null, remaining: null, hasTemplates: false };
  const left = window.closes_at ? Date.parse(window.closes_at) - now : null;
  const isOver = left !== null && left <= 0;
  const isOpen = window.state === "open" && !isOver;
  const isScarce = window.remaining !== null || (left !== null && left < SOON);
  const why = isOpen ? "" : isOver ? "window_over" : window.why || "window_over";
  return { isOpen, isShown: !isOpen || isScarce, why, left, remaining: window.remaining, hasTemplates: window.has_templates };
}

/** The template as the customer will read it; places that are still empty stay visible. */
export function filledIn(template: MessageTemplate, values: string[]): string {
  const places = [...new Set(template.body.match(/\{\{[^}]+\}\}/g) ?? [])];
  return places.reduce((text, place, n) => text.replaceAll(place, values[n]?.trim() || place), template.body);
}
