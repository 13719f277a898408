import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff, openStream } from "@/shared/stream";

class FakeSocket {
  sent: string[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
  hear(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const sockets: FakeSocket[] = [];
const heard = { events: [] as number[], resets: 0, lines: [] as string[] };
let close: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  sockets.length = 0;
  Object.assign(heard, { events: [], resets: 0, lines: [] });
  close = openStream({
    url: "ws://x",
    onEvent: (_event, id) => heard.events.push(id),
    onReset: () => (heard.resets += 1),
    onLine: (line) => heard.lines.push(line),
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
});
afterEach(() => {
  close();
  vi.useRealTimers();
});

describe("the live line", () => {
  it("resumes after the highest id it has seen", () => {
    sockets[0]?.onopen?.();
    expect(sockets[0]?.sent).toEqual(['{"type":"resume","after":null}']);
    sockets[0]?.hear({ event: "ready", cursor: 10 });
    sockets[0]?.hear({ id: 12, event: "label.updated", data: {} });
    sockets[0]?.hear({ id: 11, event: "label.updated", data: {} });
    sockets[0]?.close();
    vi.advanceTimersByTime(1_000);
    sockets[1]?.onopen?.();
    expect(sockets[1]?.sent).toEqual(['{"type":"resume","after":12}']);
    expect(heard.events).toEqual([12, 11]);
  });
  it("asks for everything again after a reset, and begins anew", () => {
    sockets[0]?.hear({ event: "ready", cursor: 10 });
    const before = heard.resets;
    sockets[0]?.hear({ event: "reset" });
    expect(heard.resets).toBe(before + 1);
    sockets[0]?.close();
    vi.advanceTimersByTime(1_000);
    sockets[1]?.onopen?.();
    expect(sockets[1]?.sent).toEqual(['{"type":"resume","after":null}']);
  });
  it("says that it is lost only when a quick retry did not help", () => {
    sockets[0]?.close();
    expect(heard.lines).toEqual([]);
    vi.advanceTimersByTime(2_600);
    expect(heard.lines).toEqual(["lost"]);
  });
  it("gives up a line that has gone silent", () => {
    sockets[0]?.hear({ event: "ping" });
    vi.advanceTimersByTime(61_000);
    expect(sockets.length).toBeGreaterThan(1);
  });
  it("waits longer each time, never over five seconds", () => {
    expect(backoff(0, 0)).toBe(200);
    expect(backoff(3, 1)).toBe(3_200);
    expect(backoff(50, 1)).toBe(5_000);
  });
});
