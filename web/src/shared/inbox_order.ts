/** Pure rules of the queue: which conversation belongs in a list, in what order, and what may move on screen. */
import type { ConversationView } from "@/api/views";
import type { Filters } from "@/shared/query_keys";

/** Whether live news of a conversation is older than what is known: its counters only ever grow. */
export function isStale(known: ConversationView, news: ConversationView): boolean {
  return news.last_seq < known.last_seq || news.owner_token < known.owner_token;
}

/** Whether a conversation belongs in a list; null when only the server can tell (free search). */
export function belongs(conversation: ConversationView, filters: Filters, me: number): boolean | null {
  if (filters.inbox !== null && conversation.inbox_id !== filters.inbox) return false;
  if (filters.label !== null && !conversation.labels.includes(filters.label)) return false;
  if (filters.tab === "bot") {
    if (conversation.owner !== "bot" || conversation.status !== "pending") return false;
  } else {
    if (filters.status !== "all" && conversation.status !== filters.status) return false;
    if (filters.tab === "mine" && conversation.assignee?.id !== me) return false;
    if (filters.tab === "unassigned" && conversation.assignee !== null) return false;
  }
  return filters.q === "" ? true : null;
}

export function compareRows(a: ConversationView, b: ConversationView): number {
  if (a.last_activity_at !== b.last_activity_at) return a.last_activity_at < b.last_activity_at ? 1 : -1;
  return b.id - a.id;
}

/** The list after news of one conversation; the same array when nothing changed. */
export function upsertRow(
  rows: ConversationView[],
  news: ConversationView,
  filters: Filters,
  me: number,
): ConversationView[] {
  const known = rows.find((row) => row.id === news.id);
  if (known && isStale(known, news)) return rows;
  const fits = belongs(news, filters, me);
  if (!known && fits !== true) return rows;
  const rest = rows.filter((row) => row.id !== news.id);
  return fits === false ? rest : [...rest, news].sort(compareRows);
}

export interface ShownOrder {
  ids: number[];
  /** Rows that wait behind the pill. */
  waiting: number;
}

/**
 * What the eye sees: the true order when nothing is frozen; otherwise rows stay where they are, older rows join
 * at the end, and new ones are only counted.
 */
export function reconcileOrder(shown: number[], truth: number[], frozen: boolean): ShownOrder {
  if (!frozen || shown.length === 0) return { ids: truth, waiting: 0 };
  const known = new Set(shown);
  let lastKnown = -1;
  truth.forEach((id, index) => {
    if (known.has(id)) lastKnown = index;
  });
  const older = lastKnown < 0 ? [] : truth.slice(lastKnown + 1).filter((id) => !known.has(id));
  const waiting = truth.slice(0, lastKnown + 1).filter((id) => !known.has(id)).length;
  return { ids: [...shown, ...older], waiting: lastKnown < 0 ? truth.length : waiting };
}
