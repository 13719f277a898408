import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KaitakChat } from "./chat";
import { localStore, memoryStore, type QueueStore } from "./queue";

/** A server that stores one message for each echo id, and a network that can be cut or lose answers. */
class Server {
  stored: { id: number; echo_id: string; content: string }[] = [];
  network: "up" | "down" | "loses answers" = "up";
  refuses = "";
  tokens: string[] = [];
  receipts: unknown[] = [];

  async fetch(address: string, init: RequestInit): Promise<Response> {
    await Promise.resolve();
    if (this.network === "down") throw new TypeError("no network");
    const token = new Headers(init.headers).get("Authorization") ?? "";
    this.tokens.push(token);
    if (token.endsWith("old")) return Response.json({ code: "signature_expired" }, { status: 401 });
    const path = address.split("/app/a1")[1] ?? "";
    const body = (typeof init.body === "string" ? JSON.parse(init.body) : {}) as { echo_id: string; content: string };
    if (path === "/session") {
      const messages = this.stored.map((each) => this.view(each));
      return Response.json({ config: {}, conversation: null, messages, has_more: false, unread_count: 0, cursor: 1 });
    }
    if (path === "/receipts") {
      this.receipts.push(body);
      return Response.json({ unread_count: 0 });
    }
    if (this.refuses !== "") return Response.json({ code: this.refuses }, { status: 403 });
    const known = this.stored.find((each) => each.echo_id === body.echo_id);
    const message = known ?? { id: this.stored.length + 1, echo_id: body.echo_id, content: body.content };
    if (known === undefined) this.stored.push(message);
    if (this.network === "loses answers") throw new TypeError("broken pipe");
    return Response.json({ message: this.view(message), conversation: { id: 1, status: "pending", owner: "bot" } });
  }

  view(each: { id: number; echo_id: string; content: string }) {
    return { ...each, conversation_id: 1, seq: each.id, author: "me", content_attributes: {}, attachments: [] };
  }
}

class Socket {
  static all: Socket[] = [];
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.onclose = null;
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

let server: Server;
const opened: KaitakChat[] = [];

function chat(store: QueueStore, token = () => Promise.resolve("t")): KaitakChat {
  const made = new KaitakChat({ baseUrl: "https://k.example/", appId: "a1", userId: "c-42", token, store });
  opened.push(made);
  return made;
}

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  Socket.all = [];
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => server.fetch(address, init));
  vi.stubGlobal("WebSocket", Socket);
});

afterEach(() => {
  for (const each of opened.splice(0)) each.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("sending", () => {
  it("keeps what is written without network through a restart and sends it once, in order", async () => {
    const store = memoryStore();
    server.network = "down";
    const first = chat(store);
    await first.start();
    for (const text of ["一", "二", "三"]) await first.send(text);
    await settle(5_000);
    first.stop();
    const second = chat(store);
    await second.start();
    expect(second.state.waiting.map((each) => each.content)).toEqual(["一", "二", "三"]);
    server.network = "loses answers"; // stored, and the phone never hears of it
    await settle(60_000);
    server.network = "up";
    await settle(60_000);
    expect(server.stored.map((each) => each.content)).toEqual(["一", "二", "三"]);
    expect(second.state.waiting).toEqual([]);
    expect(await store.list()).toEqual([]);
    expect(second.state.messages.map((each) => each.content)).toEqual(["一", "二", "三"]);
  });

  it("shows what is refused for good and sends what comes after it", async () => {
    const one = chat(memoryStore());
    await one.start();
    server.refuses = "contact_blocked";
    await one.send("no");
    await settle();
    expect(one.state.waiting.map((each) => each.failed)).toEqual(["contact_blocked"]);
    server.refuses = "";
    await one.send("yes");
    await settle();
    await one.retry(one.state.waiting[0]?.echo_id ?? "");
    await settle();
    expect(server.stored.map((each) => each.content)).toEqual(["yes", "no"]);
    expect(one.state.waiting).toEqual([]);
  });

  it("asks for another token once the old one has run out", async () => {
    const given = ["old", "new"];
    const one = chat(memoryStore(), () => Promise.resolve(given.shift() ?? "none"));
    await one.start();
    await one.send("hi");
    await settle();
    expect(server.stored).toHaveLength(1);
    expect(server.tokens.at(-1)).toBe("Bearer new");
    expect(given).toEqual([]);
  });
});

describe("the stream", () => {
  it("resumes from the last id, shows each message once and tells the server that it came", async () => {
    const one = chat(memoryStore());
    await one.start();
    await settle();
    Socket.all[0]?.onopen?.();
    expect(JSON.parse(Socket.all[0]?.sent[0] ?? "")).toEqual({ type: "resume", token: "t", after: 1 });
    Socket.all[0]?.say({ event: "ready", cursor: 1 });
    const data = { id: 9, conversation_id: 1, seq: 9, author: "agent", content: "有", echo_id: null };
    for (const event of ["message.created", "message.updated"]) Socket.all[0]?.say({ id: 5, event, data });
    expect(one.state.messages.filter((each) => each.content === "有")).toHaveLength(1);
    await settle(1_000);
    expect(server.receipts).toEqual([{ conversation_id: 1, received: 9 }]);
    server.network = "down";
    await one.seen();
    Socket.all[0]?.onclose?.({ code: 1006 });
    expect(one.state.connection).toBe("lost");
    server.network = "up";
    await settle(1_500);
    Socket.all[1]?.onopen?.();
    expect(JSON.parse(Socket.all[1]?.sent[0] ?? "")).toMatchObject({ after: 5 });
    Socket.all[1]?.say({ event: "ready", cursor: 5 });
    await settle(10);
    expect(server.receipts.at(-1)).toEqual({ conversation_id: 1, seen: 9 });
    Socket.all[1]?.say({ event: "reset" });
    await settle(10);
    expect(Socket.all).toHaveLength(3);
    expect(one.state.messages).toEqual([]); // the talk was read anew
  });
});

it("keeps each user's waiting messages apart, and a broken entry harms nothing", async () => {
  const kept = new Map<string, string>();
  const storage = {
    get length() {
      return kept.size;
    },
    key: (n: number) => [...kept.keys()][n] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
  const mine = localStore("kaitak:a1:c-42:", storage);
  await mine.put({ echo_id: "1", content: "mine", created_at: "" });
  kept.set("kaitak:a1:c-42:2", "{broken");
  expect((await mine.list()).map((each) => each.content)).toEqual(["mine"]);
  expect(await localStore("kaitak:a1:c-43:", storage).list()).toEqual([]);
});
