import { QueryClient, type InfiniteData } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConversationPage, ConversationView } from "@/api/views";
import type { MessageLog } from "@/shared/message_log";
import { usePresence } from "@/shared/presence";
import { keys, type Filters } from "@/shared/query_keys";
import { applyEvent, type Desk, type StreamEvent } from "@/shared/realtime";
import { conversation, message } from "@/testing/views";

const OPEN: Filters = { tab: "all", status: "open", inbox: null, label: null, q: "" };
const MINE: Filters = { ...OPEN, tab: "mine" };
const ME = 5;
let desk: Desk;

function pageOf(rows: ConversationView[], next: string | null = null): InfiniteData<ConversationPage> {
  const meta = { mine_count: 0, unassigned_count: 0, all_count: 0, next_cursor: next };
  return { pages: [{ data: { meta, payload: rows }, stream_cursor: 1 }], pageParams: [null] };
}

function shown(filters: Filters): number[] {
  const data = desk.client.getQueryData<InfiniteData<ConversationPage>>(keys.conversationList(1, filters));
  return data?.pages.flatMap((page) => page.data.payload.map((row) => row.id)) ?? [];
}

const a = conversation({ id: 1, last_seq: 3, last_activity_at: "2026-11-22T10:00:00Z" });
const b = conversation({ id: 2, last_seq: 3, last_activity_at: "2026-11-22T09:00:00Z" });

beforeEach(() => {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
  desk = { client, account: 1, me: ME, now: () => 1_000 };
  client.setQueryData(keys.conversationList(1, OPEN), pageOf([a, b]));
  client.setQueryData(keys.conversationList(1, MINE), pageOf([]));
  client.setQueryData<MessageLog>(keys.messages(1, 1), { messages: [1, 2, 3].map((seq) => message({ id: seq, seq })), has_more: false });
  usePresence.setState({ typing: {}, viewing: {}, availability: {} });
});

const taken = conversation({ ...b, owner: "human", owner_token: 2, assignee: { id: ME, name: "May" }, last_seq: 4, last_activity_at: "2026-11-22T11:00:00Z" });
const EVENTS: StreamEvent[] = [
  { event: "conversation.updated", data: taken },
  { event: "message.created", data: { ...message({ id: 4, seq: 4 }), conversation: { ...a, last_seq: 4 } } },
  { event: "message.created", data: message({ id: 5, seq: 5, message_type: "outgoing" }) },
  { event: "message.updated", data: message({ id: 5, seq: 5, message_type: "outgoing", status: "delivered" }) },
];

function state() {
  return { open: shown(OPEN), mine: shown(MINE), log: desk.client.getQueryData<MessageLog>(keys.messages(1, 1))?.messages };
}

describe("snapshot and events", () => {
  it("give the new snapshot", () => {
    EVENTS.forEach((event) => applyEvent(desk, event));
    expect(state()).toMatchObject({ open: [2, 1], mine: [2] });
    expect(state().log?.map(({ seq, status }) => [seq, status])).toEqual([[1, "sent"], [2, "sent"], [3, "sent"], [4, "sent"], [5, "delivered"]]);
  });
  it("give the same when events are repeated", () => {
    EVENTS.forEach((event) => applyEvent(desk, event));
    const once = state();
    EVENTS.forEach((event) => applyEvent(desk, event));
    expect(state()).toEqual(once);
  });
  it("give the same when events come in the wrong order", () => {
    EVENTS.forEach((event) => applyEvent(desk, event));
    const inOrder = state();
    desk.client.setQueryData(keys.conversationList(1, OPEN), pageOf([a, b]));
    desk.client.setQueryData(keys.conversationList(1, MINE), pageOf([]));
    desk.client.setQueryData<MessageLog>(keys.messages(1, 1), { messages: [1, 2, 3].map((seq) => message({ id: seq, seq })), has_more: false });
    [...EVENTS].reverse().forEach((event) => applyEvent(desk, event));
    expect(state()).toEqual(inOrder);
  });
});

describe("an event", () => {
  it("asks for the log again when a message is missing before it", () => {
    applyEvent(desk, { event: "message.created", data: message({ id: 9, seq: 9 }) });
    expect(desk.client.getQueryState(keys.messages(1, 1))?.isInvalidated).toBe(true);
  });
  it("takes a resolved conversation out of the open list", () => {
    applyEvent(desk, { event: "conversation.updated", data: { ...a, status: "resolved", owner_token: 2 } });
    expect(shown(OPEN)).toEqual([2]);
  });
  it("does not put into a half-loaded list a row older than what was loaded", () => {
    desk.client.setQueryData(keys.conversationList(1, OPEN), pageOf([a, b], "more"));
    applyEvent(desk, { event: "conversation.updated", data: conversation({ id: 3, last_activity_at: "2026-11-01T00:00:00Z" }) });
    expect(shown(OPEN)).toEqual([1, 2]);
  });
  it("ends the typing mark of the one whose message has arrived, and never shows my own", () => {
    const user = { type: "contact", id: 7, name: "陳大文" };
    applyEvent(desk, { event: "conversation.typing_on", data: { conversation_id: 1, user, is_private: false } });
    expect(usePresence.getState().typing[1]).toHaveLength(1);
    applyEvent(desk, { event: "message.created", data: message({ id: 4, seq: 4 }) });
    expect(usePresence.getState().typing[1]).toEqual([]);
    applyEvent(desk, { event: "conversation.typing_on", data: { conversation_id: 1, user: { type: "user", id: ME, name: "May" }, is_private: false } });
    expect(usePresence.getState().typing[1]).toEqual([]);
  });
  it("makes the reference list it names stale, and no other", () => {
    desk.client.setQueryData(keys.reference(1, "labels"), []);
    desk.client.setQueryData(keys.reference(1, "inboxes"), []);
    applyEvent(desk, { event: "label.updated", data: {} });
    expect(desk.client.getQueryState(keys.reference(1, "labels"))?.isInvalidated).toBe(true);
    expect(desk.client.getQueryState(keys.reference(1, "inboxes"))?.isInvalidated).toBe(false);
  });
});
