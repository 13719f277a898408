/** The last live events, so that a snapshot older than the line is brought up to date before it is shown. */
import type { StreamEvent } from "@/shared/realtime";

const KEPT = 400;
let kept: { id: number; event: StreamEvent }[] = [];

export function rememberEvent(id: number, event: StreamEvent): void {
  kept.push({ id, event });
  if (kept.length > KEPT) kept = kept.slice(-KEPT / 2);
}

/** What the line said after the snapshot was taken. */
export function eventsAfter(cursor: number): StreamEvent[] {
  return kept.filter((item) => item.id > cursor).map((item) => item.event);
}

export function forgetEvents(): void {
  kept = [];
}
