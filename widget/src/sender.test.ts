import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatError } from "../../sdk/src/failures";
import { Outbox, type Outgoing } from "./outbox";
import { type Exclusive, Sender, type SenderEvents } from "./sender";
import { openStore } from "./storage";
import type { Posted } from "../../sdk/src/wire";

const DRAFT = { attachments: [], page_url: "" };
const REPLY = {} as Posted;
const alone: Exclusive = (task) => task();

/** A server that stores each echo id once, and fails when told to. */
class FakeServer {
  readonly stored: string[] = [];
  readonly calls: string[] = [];
  readonly failures: ChatError[] = [];
  losesAnswers = 0;

  post(item: Outgoing): Promise<Posted> {
    this.calls.push(item.content);
    const failure = this.failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    if (!this.stored.includes(item.content)) this.stored.push(item.content);
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1;
      return Promise.reject(new ChatError("offline", "network"));
    }
    return Promise.resolve(REPLY);
  }
}

function senderFor(server: FakeServer, outbox: Outbox, more: Partial<SenderEvents> = {}, exclusive = alone): Sender {
  return new Sender(outbox, exclusive, {
    post: (item) => server.post(item),
    stored: () => undefined,
    changed: () => undefined,
    renew: () => Promise.resolve(false),
    ...more,
  });
}

describe("the sender", () => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  function outboxWith(...contents: string[]): Outbox {
    const outbox = new Outbox(openStore("localStorage", "shop"), Date.now);
    for (const content of contents) outbox.add({ content, ...DRAFT });
    return outbox;
  }

  it("sends in order and empties the outbox", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("one", "two", "three")];
    await senderFor(server, outbox).flush();
    expect(server.stored).toEqual(["one", "two", "three"]);
    expect(outbox.all()).toEqual([]);
  });

  it("keeps everything while the network is down, and never lets a later message overtake", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("one", "two")];
    server.failures.push(new ChatError("offline", "network"), new ChatError("busy", "unavailable"));
    await senderFor(server, outbox).flush();
    expect(outbox.all()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.stored).toEqual(["one", "two"]);
    expect(server.calls).toEqual(["one", "one", "one", "two"]);
  });

  it("sends again under the same id when the answer was lost", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("one")];
    server.losesAnswers = 1;
    await senderFor(server, outbox).flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.calls).toEqual(["one", "one"]);
    expect(server.stored).toEqual(["one"]);
    expect(outbox.all()).toEqual([]);
  });

  it("waits as long as a busy server asks", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("one")];
    server.failures.push(new ChatError("busy", "rate_limited", 20_000));
    await senderFor(server, outbox).flush();
    await vi.advanceTimersByTimeAsync(19_000);
    expect(server.stored).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.stored).toEqual(["one"]);
  });

  it("marks a refused message and goes on with the next", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("bad", "good")];
    server.failures.push(new ChatError("refused", "invalid"));
    await senderFor(server, outbox).flush();
    expect(server.stored).toEqual(["good"]);
    expect(outbox.all().map((item) => [item.content, item.failed])).toEqual([["bad", "invalid"]]);
  });

  it("opens a new session once when the server does not know the visitor", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("one")];
    server.failures.push(new ChatError("unauthenticated", "visitor_unknown"));
    const renew = vi.fn(() => Promise.resolve(true));
    await senderFor(server, outbox, { renew }).flush();
    expect(renew).toHaveBeenCalledTimes(1);
    expect(server.stored).toEqual(["one"]);
  });

  it("sends each message once when two tabs empty one outbox under one lock", async () => {
    let turn: Promise<void> = Promise.resolve();
    const locked: Exclusive = (task) => (turn = turn.then(task));
    const [server, outbox] = [new FakeServer(), outboxWith("one", "two", "three")];
    await Promise.all([senderFor(server, outbox, {}, locked).flush(), senderFor(server, outbox, {}, locked).flush()]);
    expect(server.calls).toEqual(["one", "two", "three"]);
  });

  it("sends what was added while it was busy", async () => {
    const [server, outbox] = [new FakeServer(), outboxWith("one")];
    const sender = senderFor(server, outbox);
    const first = sender.flush();
    outbox.add({ content: "two", ...DRAFT });
    void sender.flush();
    await first;
    expect(server.stored).toEqual(["one", "two"]);
  });
});
