/** Pure rules of one conversation's messages: upsert by id or echo, order by seq, see holes. */
import type { MessageView } from "@/api/views";

export interface MessageLog {
  messages: MessageView[];
  has_more: boolean;
}

/** A message that only this browser knows yet: shown last, until the server gives its seq. */
export const UNSENT_SEQ = Number.MAX_SAFE_INTEGER;

const STATUS_RANK = { failed: 0, sending: 1, sent: 2, delivered: 3, read: 4 } as const;

function isSame(a: MessageView, b: MessageView): boolean {
  return a.id === b.id || (a.echo_id !== null && a.echo_id === b.echo_id);
}

/** The fresher of two views of a message: a delivery status never goes back, except to failed or a retry. */
function fresher(known: MessageView, news: MessageView): MessageView {
  if (known.seq === UNSENT_SEQ || known.status === "failed" || news.status === "failed") return news;
  return STATUS_RANK[news.status] < STATUS_RANK[known.status] ? { ...news, status: known.status } : news;
}

export function compareMessages(a: MessageView, b: MessageView): number {
  return a.seq === b.seq ? a.id - b.id : a.seq - b.seq;
}

export function upsertMessage(messages: MessageView[], news: MessageView): MessageView[] {
  const index = messages.findIndex((known) => isSame(known, news));
  const known = messages[index];
  const next = [...messages];
  if (known) next[index] = fresher(known, news);
  else next.push(news);
  return next.sort(compareMessages);
}

export function upsertMessages(messages: MessageView[], news: readonly MessageView[]): MessageView[] {
  return news.reduce(upsertMessage, messages);
}

/** The highest seq below the first hole at the end, or null when the log has no hole. */
export function holeAfter(messages: MessageView[]): number | null {
  const stored = messages.filter((message) => message.seq !== UNSENT_SEQ);
  for (let index = stored.length - 1; index > 0; index -= 1) {
    const [before, after] = [stored[index - 1], stored[index]];
    if (before && after && after.seq - before.seq > 1) return before.seq;
  }
  return null;
}

/** A fresh page of the newest messages joined to what was loaded before, or alone when they do not touch. */
export function joinNewest(known: MessageLog | undefined, page: MessageView[], hasMore: boolean): MessageLog {
  const first = page[0];
  const older = known?.messages.filter((message) => first && message.seq < first.seq) ?? [];
  const unsent = known?.messages.filter((message) => message.seq === UNSENT_SEQ) ?? [];
  const touches = first && older.at(-1)?.seq === first.seq - 1;
  const base = touches ? older : [];
  return { messages: upsertMessages([...base, ...page], stillUnsent(unsent, page)), has_more: touches ? !!known?.has_more : hasMore };
}

function stillUnsent(unsent: MessageView[], page: MessageView[]): MessageView[] {
  return unsent.filter((mine) => !page.some((message) => isSame(message, mine)));
}
