import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Line, streamUrl } from "./line";

class FakeSocket {
  static all: FakeSocket[] = [];
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }
}

describe("the line", () => {
  const states: string[] = [];
  let reachable = true;
  const events = {
    hello: () => ({ type: "resume", visitor_token: "secret", after: 41 }),
    frame: vi.fn(),
    poll: vi.fn(() => Promise.resolve(reachable)),
    state: (state: string) => states.push(state),
    refused: vi.fn(),
  };
  let line: Line;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.clearAllMocks();
    states.length = FakeSocket.all.length = 0;
    reachable = true;
    line = new Line(streamUrl("https://service.example/kaitak"), events);
    line.start();
  });
  afterEach(() => {
    line.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("says who it is in the first frame, never in the address", () => {
    FakeSocket.last.onopen?.();
    expect(FakeSocket.last.url).toBe("wss://service.example/kaitak/public/api/v1/widget/stream");
    expect(JSON.parse(FakeSocket.last.sent[0] ?? "")).toEqual({ type: "resume", visitor_token: "secret", after: 41 });
  });

  it("is live from ready on, and comes back by itself", async () => {
    FakeSocket.last.say({ event: "ready", cursor: 1 });
    FakeSocket.last.onclose?.({ code: 1006 });
    expect(states).toEqual(["connecting", "live", "lost"]);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("polls while no socket can be opened, and stops when one can", async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      FakeSocket.last.onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(2_500);
    }
    await vi.advanceTimersByTimeAsync(4_000);
    expect(events.poll).toHaveBeenCalled();
    expect(states.at(-1)).toBe("polling");
    FakeSocket.last.say({ event: "ready", cursor: 1 });
    const calls = events.poll.mock.calls.length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(events.poll).toHaveBeenCalledTimes(calls);
    expect(states.at(-1)).toBe("live");
  });

  it("says that it is lost when polling fails too", async () => {
    reachable = false;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      FakeSocket.last.onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(states.at(-1)).toBe("lost");
  });

  it("does not wait for the next attempt when the network comes back", () => {
    line.lose();
    expect(states.at(-1)).toBe("lost");
    line.kick();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("gives up a socket that went silent", async () => {
    FakeSocket.last.say({ event: "ready", cursor: 1 });
    await vi.advanceTimersByTimeAsync(50_000);
    FakeSocket.last.say({ event: "ping" });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(states.at(-1)).toBe("live");
    await vi.advanceTimersByTimeAsync(11_000);
    expect(states).toContain("lost");
  });

  it("tells when the server does not know the visitor", () => {
    FakeSocket.last.onclose?.({ code: 4401 });
    expect(events.refused).toHaveBeenCalledTimes(1);
  });
});
