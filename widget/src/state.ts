/** The widget's whole state and the only function that changes it; pure, so that every order of events can be tested. */

import type { Locale } from "./i18n/locales";
import type { Outgoing } from "./outbox";
import type { Conversation, Message } from "../../sdk/src/wire";
import type { SessionReply, WidgetConfig } from "./wire";

const MOST_ANNOUNCEMENTS = 5;

export type LineState = "idle" | "connecting" | "live" | "polling" | "lost";

/** A message of this customer that the server has not shown us yet; `stored` once another tab or a reply says so. */
export interface Pending extends Outgoing {
  readonly stored: boolean;
}

export interface Verdict {
  readonly rating: number;
  readonly feedback: string;
}

export interface State {
  readonly hasSession: boolean;
  readonly config: WidgetConfig;
  readonly conversation: Conversation | null;
  readonly messages: readonly Message[];
  readonly pending: readonly Pending[];
  readonly hasMore: boolean;
  readonly isLoadingEarlier: boolean;
  readonly line: LineState;
  readonly typing: string | null;
  readonly isOpen: boolean;
  readonly verdicts: Readonly<Record<number, Verdict>>;
  readonly announcements: readonly { readonly text: string; readonly count: number }[];
  readonly locale: Locale;
  readonly isBubbleHidden: boolean;
}

export type Action =
  | { readonly type: "session"; readonly reply: SessionReply }
  | { readonly type: "config"; readonly config: WidgetConfig }
  | { readonly type: "messages"; readonly messages: readonly Message[] }
  | { readonly type: "earlier"; readonly messages: readonly Message[]; readonly hasMore: boolean }
  | { readonly type: "loading_earlier"; readonly on: boolean }
  | { readonly type: "conversation"; readonly conversation: Conversation }
  | { readonly type: "seen"; readonly seq: number }
  | { readonly type: "outbox"; readonly items: readonly Outgoing[] }
  | { readonly type: "line"; readonly line: LineState }
  | { readonly type: "typing"; readonly name: string | null }
  | { readonly type: "open"; readonly on: boolean }
  | { readonly type: "verdict"; readonly messageId: number; readonly verdict: Verdict }
  | { readonly type: "announce"; readonly text: string }
  | { readonly type: "locale"; readonly locale: Locale }
  | { readonly type: "bubble"; readonly hidden: boolean }
  | { readonly type: "forget" };

export const INITIAL: State = {
  hasSession: false,
  config: {},
  conversation: null,
  messages: [],
  pending: [],
  hasMore: false,
  isLoadingEarlier: false,
  line: "idle",
  typing: null,
  isOpen: false,
  verdicts: {},
  announcements: [],
  locale: "en",
  isBubbleHidden: false,
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "session":
      return withSession(state, action.reply);
    case "config":
      return { ...state, config: action.config };
    case "messages":
      return withMessages(state, action.messages);
    case "earlier":
      return { ...withMessages(state, action.messages), hasMore: action.hasMore, isLoadingEarlier: false };
    case "loading_earlier":
      return { ...state, isLoadingEarlier: action.on };
    case "conversation":
      return { ...state, conversation: newer(state.conversation, action.conversation) };
    case "seen":
      return { ...state, conversation: seenUpTo(state.conversation, action.seq) };
    case "outbox":
      return { ...state, pending: pendingFrom(state, action.items) };
    case "line":
      return { ...state, line: action.line };
    case "typing":
      return { ...state, typing: action.name };
    case "open":
      return { ...state, isOpen: action.on };
    case "verdict":
      return { ...state, verdicts: { ...state.verdicts, [action.messageId]: action.verdict } };
    case "announce":
      return { ...state, announcements: announced(state, action.text) };
    case "locale":
      return { ...state, locale: action.locale };
    case "bubble":
      return { ...state, isBubbleHidden: action.hidden };
    case "forget":
      return { ...state, hasSession: false, conversation: null, messages: [], pending: [], hasMore: false, verdicts: {}, typing: null };
  }
}

/** What the customer has not seen: answers of the present conversation after the last one that was shown. */
export function unreadCount(state: State): number {
  const seen = state.conversation?.contact_last_seen_seq ?? 0;
  return state.messages.filter(
    (message) => isOfPresent(state, message) && message.seq > seen && (message.author === "bot" || message.author === "agent"),
  ).length;
}

/** The highest and lowest sequence number of the present conversation; 0 when it has no message. */
export function seqRange(state: State): { first: number; last: number } {
  const seqs = state.messages.filter((message) => isOfPresent(state, message)).map((message) => message.seq);
  return seqs.length === 0 ? { first: 0, last: 0 } : { first: Math.min(...seqs), last: Math.max(...seqs) };
}

/** Whether a message belongs to a stretch that was not fetched yet: shown alone, it would leave a hole above itself. */
export function isUnfetched(state: State, message: Message): boolean {
  return state.hasMore && isOfPresent(state, message) && message.seq < seqRange(state).first;
}

/** Whether a question can still be answered by its buttons: nothing was said to it since. */
export function isAnswerable(state: State, question: Message): boolean {
  return (
    state.pending.length === 0 &&
    !state.messages.some((message) => message.author === "me" && compare(message, question) > 0)
  );
}

function withSession(state: State, reply: SessionReply): State {
  const next: State = {
    ...state,
    hasSession: true,
    config: reply.config,
    conversation: reply.conversation === null ? null : newer(state.conversation, reply.conversation),
    hasMore: state.messages.length > 0 ? state.hasMore : reply.has_more,
  };
  return withMessages(next, reply.messages);
}

/** Insert or replace by id; the latest copy wins, since the server always sends a message's present view. */
function withMessages(state: State, incoming: readonly Message[]): State {
  if (incoming.length === 0) return state;
  const byId = new Map(state.messages.map((message) => [message.id, message]));
  for (const message of incoming) byId.set(message.id, message);
  const messages = [...byId.values()].sort(compare);
  const stored = new Set(incoming.map((message) => message.echo_id));
  return { ...state, messages, pending: state.pending.filter((item) => !stored.has(item.echo_id)) };
}

function compare(one: Message, other: Message): number {
  return one.conversation_id === other.conversation_id ? one.seq - other.seq : one.id - other.id;
}

/** What waits, and what left the outbox but has not come back as a message: that must not vanish for a moment. */
function pendingFrom(state: State, items: readonly Outgoing[]): Pending[] {
  const shown = new Set(state.messages.map((message) => message.echo_id));
  const waiting = new Set(items.map((item) => item.echo_id));
  const stored = state.pending.filter((item) => !waiting.has(item.echo_id)).map((item) => ({ ...item, stored: true }));
  return [...stored, ...items.map((item) => ({ ...item, stored: false }))]
    .filter((item) => !shown.has(item.echo_id))
    .sort((a, b) => (a.echo_id < b.echo_id ? -1 : 1));
}

/** A few are kept, so that those which come in one breath are all read out. */
function announced(state: State, text: string): State["announcements"] {
  const count = (state.announcements.at(-1)?.count ?? 0) + 1;
  return [...state.announcements.slice(1 - MOST_ANNOUNCEMENTS), { text, count }];
}

/** Reading never goes backwards, whichever tab or answer comes late. */
function newer(known: Conversation | null, told: Conversation): Conversation {
  if (known?.id !== told.id) return known !== null && known.id > told.id ? known : told;
  return { ...told, contact_last_seen_seq: Math.max(known.contact_last_seen_seq, told.contact_last_seen_seq) };
}

function seenUpTo(conversation: Conversation | null, seq: number): Conversation | null {
  return conversation === null
    ? null
    : { ...conversation, contact_last_seen_seq: Math.max(conversation.contact_last_seen_seq, seq) };
}

function isOfPresent(state: State, message: Message): boolean {
  return message.conversation_id === state.conversation?.id;
}
