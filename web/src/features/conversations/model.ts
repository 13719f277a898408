/** Pure: how messages are grouped for the eye, what a draft needs, canned responses and their variables. */
import type { CannedResponse, ConversationView, MessageView } from "@/api/views";
import { startOfDay } from "@/shared/i18n/format";

export type Author = "customer" | "person" | "bot" | "note" | "activity";

export function authorOf(message: MessageView): Author {
  if (message.message_type === "activity") return "activity";
  if (message.private) return "note";
  if (message.message_type === "incoming") return "customer";
  return message.sender.type === "user" ? "person" : "bot";
}

export type Entry =
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string }
  | { kind: "message"; key: string; message: MessageView; author: Author; isFirst: boolean; isLast: boolean };

const CLOSE_MS = 3 * 60_000;

function isContinued(before: MessageView | undefined, after: MessageView | undefined): boolean {
  if (!before || !after || authorOf(before) !== authorOf(after) || authorOf(after) === "activity") return false;
  if (before.sender.type !== after.sender.type || before.sender.id !== after.sender.id) return false;
  return Date.parse(after.created_at) - Date.parse(before.created_at) < CLOSE_MS;
}

/** Day rules and bubbles; messages of one author within minutes belong together. */
export function entriesOf(messages: MessageView[], unreadAfter: number | null): Entry[] {
  const entries: Entry[] = [];
  let day = 0;
  let marked = false;
  messages.forEach((message, index) => {
    const its = startOfDay(Date.parse(message.created_at));
    const isNewDay = its !== day;
    if (isNewDay) entries.push({ kind: "day", key: `day-${its}`, at: message.created_at });
    const startsUnread =
      !marked && unreadAfter !== null && message.seq > unreadAfter && message.message_type === "incoming" && index > 0;
    if (startsUnread) entries.push({ kind: "unread", key: "unread" });
    marked ||= startsUnread;
    day = its;
    const before = isNewDay || startsUnread ? undefined : messages[index - 1];
    entries.push({
      kind: "message",
      key: message.echo_id ?? `m${message.id}`,
      message,
      author: authorOf(message),
      isFirst: !isContinued(before, message),
      isLast: !isContinued(message, messages[index + 1]),
    });
  });
  return entries;
}

/** The search word while the cursor stands behind "/word" at the start, or "::word" anywhere; null otherwise. */
export function cannedQuery(text: string, cursor: number): { word: string; from: number } | null {
  const before = text.slice(0, cursor);
  const match = /(?:^|\n)\/([^\s/]*)$/.exec(before) ?? /::([^\s:]*)$/.exec(before);
  if (!match) return null;
  const word = match[1] ?? "";
  const mark = match[0].startsWith("::") ? 2 : 1;
  return { word, from: cursor - word.length - mark };
}

export function matchCanned(responses: CannedResponse[], word: string): CannedResponse[] {
  const wanted = word.toLocaleLowerCase();
  const rank = (response: CannedResponse) => (response.short_code.toLocaleLowerCase().startsWith(wanted) ? 0 : 1);
  return responses
    .filter(({ short_code, content }) => `${short_code}\n${content}`.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.short_code.localeCompare(b.short_code))
    .slice(0, 8);
}

/** Put in what a canned response asks for; a hole that nobody can fill stays visible for the agent. */
export function fillVariables(content: string, conversation: ConversationView, agent: string): string {
  const values: Record<string, string> = {
    "contact.name": conversation.contact.name,
    "contact.email": conversation.contact.email ?? "",
    "contact.phone": conversation.contact.phone_number ?? "",
    "agent.name": agent,
    "conversation.id": String(conversation.id),
  };
  return content.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (hole, name: string) => values[name] || hole);
}

export type SnoozePreset = "hour" | "tonight" | "tomorrow" | "monday";

export function snoozeUntil(preset: SnoozePreset, now: Date): Date {
  const at = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  switch (preset) {
    case "hour":
      return new Date(now.getTime() + 3_600_000);
    case "tonight":
      return now.getHours() < 18 ? at(0, 18) : at(0, 23);
    case "tomorrow":
      return at(1, 9);
    case "monday":
      return at(((8 - now.getDay()) % 7 || 7), 9);
  }
}

/** A draft worth keeping, or nothing. */
export function draftOf(text: string, isPrivate: boolean): { content: string; private: boolean } | null {
  return text.trim() === "" ? null : { content: text, private: isPrivate };
}
