import { describe, expect, it } from "vitest";
import type { Outgoing } from "./outbox";
import { type Action, INITIAL, isAnswerable, isUnfetched, reduce, seqRange, type State, unreadCount } from "./state";
import type { Conversation, Message } from "../../sdk/src/wire";
import type { SessionReply } from "./wire";

const TALK: Conversation = { id: 7, status: "pending", owner: "bot", agent: null, contact_last_seen_seq: 0 };

function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: 100 + seq,
    conversation_id: 7,
    seq,
    author: "bot",
    author_name: "",
    content: `message ${seq}`,
    content_type: "text",
    content_attributes: {},
    attachments: [],
    status: null,
    echo_id: null,
    created_at: "2026-01-05T10:00:00Z",
    ...more,
  };
}

function outgoing(echoId: string): Outgoing {
  return { echo_id: echoId, content: echoId, attachments: [], page_url: "", created_at: "2026-01-05T10:00:00Z" };
}

function after(...actions: Action[]): State {
  return actions.reduce(reduce, INITIAL);
}

const session = (messages: Message[], conversation: Conversation | null = TALK): Action => ({
  type: "session",
  reply: {
    contact: { name: "", email: null, identified: false },
    config: {},
    conversation,
    messages,
    has_more: false,
    cursor: 1,
  } satisfies SessionReply,
});

describe("messages", () => {
  it("shows a repeated message once, with its latest copy", () => {
    const state = after(
      session([message(1, { author: "me", status: "sent" })]),
      { type: "messages", messages: [message(2), message(1, { author: "me", status: "read" })] },
      { type: "messages", messages: [message(2)] },
    );
    expect(state.messages.map((item) => [item.seq, item.status])).toEqual([[1, "read"], [2, null]]);
  });

  it("puts what comes out of order in order", () => {
    const state = after(session([]), { type: "messages", messages: [message(3)] }, { type: "messages", messages: [message(1), message(2)] });
    expect(state.messages.map((item) => item.seq)).toEqual([1, 2, 3]);
  });

  it("puts a new conversation below the former one, though its count begins anew", () => {
    const state = after(
      session([message(1), message(2)]),
      { type: "conversation", conversation: { ...TALK, id: 8 } },
      { type: "messages", messages: [message(1, { id: 300, conversation_id: 8 })] },
    );
    expect(state.messages.map((item) => item.id)).toEqual([101, 102, 300]);
    expect(seqRange(state)).toEqual({ first: 1, last: 1 });
  });

  it("does not go back to a former conversation when its last word comes late", () => {
    const state = after(session([], { ...TALK, id: 8 }), { type: "conversation", conversation: TALK });
    expect(state.conversation?.id).toBe(8);
  });
});

it("knows an old message's echo from a new message, so that no hole comes into the thread", () => {
  const short = after(session([message(21), message(22)]));
  expect(isUnfetched({ ...short, hasMore: true }, message(3))).toBe(true);
  expect(isUnfetched({ ...short, hasMore: true }, message(23))).toBe(false);
  expect(isUnfetched(short, message(3))).toBe(false);
});

describe("what waits", () => {
  it("is shown until the message itself is there, and never twice", () => {
    const state = after(session([]), { type: "outbox", items: [outgoing("a"), outgoing("b")] });
    expect(state.pending.map((item) => item.echo_id)).toEqual(["a", "b"]);
    const stored = reduce(state, { type: "messages", messages: [message(1, { author: "me", echo_id: "a" })] });
    expect(stored.pending.map((item) => item.echo_id)).toEqual(["b"]);
    expect(reduce(stored, { type: "outbox", items: [outgoing("a"), outgoing("b")] }).pending).toHaveLength(1);
  });

  it("does not vanish between another tab's sending and the message's coming", () => {
    const state = after(session([]), { type: "outbox", items: [outgoing("a")] }, { type: "outbox", items: [] });
    expect(state.pending).toMatchObject([{ echo_id: "a", stored: true }]);
  });
});

describe("unread", () => {
  it("counts answers after the last seen one, not own or system messages", () => {
    const state = after(
      session([message(1), message(2, { author: "me" }), message(3, { author: "agent" }), message(4, { author: "system" }), message(5)], {
        ...TALK,
        contact_last_seen_seq: 1,
      }),
    );
    expect(unreadCount(state)).toBe(2);
    expect(unreadCount(reduce(state, { type: "seen", seq: 5 }))).toBe(0);
  });

  it("never grows again because an older mark comes late", () => {
    const state = after(session([message(1), message(2)]), { type: "seen", seq: 2 }, { type: "conversation", conversation: TALK });
    expect(unreadCount(state)).toBe(0);
  });
});

describe("quick replies", () => {
  const question = message(1, { content_type: "input_select" });

  it("can be used until the customer says something", () => {
    const state = after(session([question, message(2)]));
    expect(isAnswerable(state, question)).toBe(true);
    expect(isAnswerable(reduce(state, { type: "outbox", items: [outgoing("a")] }), question)).toBe(false);
    expect(isAnswerable(reduce(state, { type: "messages", messages: [message(3, { author: "me" })] }), question)).toBe(false);
  });
});

it("forgets everything of the former visitor, and keeps how the window looks", () => {
  const state = after(session([message(1)]), { type: "open", on: true }, { type: "locale", locale: "zh-CN" }, { type: "forget" });
  expect(state).toMatchObject({ hasSession: false, messages: [], conversation: null, isOpen: true, locale: "zh-CN" });
});
