/** Turns messages into the rows of the thread: day rules, groups of one author, what is still on its way. */

import type { Pending, State } from "./state";
import type { Message } from "../../sdk/src/wire";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: Date }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      readonly isFirst: boolean;
      readonly isLast: boolean;
      readonly showStatus: boolean;
    }
  | { readonly kind: "pending"; readonly key: string; readonly item: Pending };

const GROUP_MS = 5 * 60_000;

export function rowsOf(state: Pick<State, "messages" | "pending">): Row[] {
  const rows: Row[] = [];
  const { messages, pending } = state;
  const lastMine = pending.length === 0 ? messages.findLast((message) => message.author === "me")?.id : undefined;
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const after = messages[at + 1];
    if (before === undefined || dayOf(before) !== dayOf(message)) {
      rows.push({ kind: "day", key: `day-${message.id}`, at: new Date(message.created_at) });
    }
    rows.push({
      kind: "message",
      key: message.echo_id ?? String(message.id),
      message,
      isFirst: !isSameGroup(before, message),
      isLast: !isSameGroup(message, after),
      showStatus: message.id === lastMine || (message.author === "me" && message.status === "failed"),
    });
  });
  for (const item of pending) rows.push({ kind: "pending", key: item.echo_id, item });
  return rows;
}

function isSameGroup(one: Message | undefined, other: Message | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    one.author !== "system" &&
    one.author === other.author &&
    one.author_name === other.author_name &&
    dayOf(one) === dayOf(other) &&
    Date.parse(other.created_at) - Date.parse(one.created_at) < GROUP_MS
  );
}

function dayOf(message: Message): string {
  return new Date(message.created_at).toDateString();
}
