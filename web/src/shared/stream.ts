/** The live line: resume from the last seen id, back off with jitter, say plainly when it is lost. */
import type { StreamEvent } from "@/shared/realtime";

export type Frame =
  | (StreamEvent & { id: number })
  | { event: "ready"; cursor: number }
  | { event: "reset"; cursor?: number }
  | { event: "ping" };

export interface StreamOptions {
  url: string;
  onEvent: (event: StreamEvent, id: number) => void;
  onReset: () => void;
  onLine: (line: "connecting" | "ready" | "lost") => void;
  open?: (url: string) => WebSocket;
}

const SILENCE_MS = 60_000;
const GRACE_MS = 2_500;

export function backoff(attempt: number, random: number): number {
  return Math.min(5_000, 400 * 2 ** attempt) * (0.5 + random / 2);
}

/** Open the line; the returned function closes it for good. */
export function openStream(options: StreamOptions): () => void {
  const open = options.open ?? ((url: string) => new WebSocket(url));
  let cursor: number | null = null;
  let attempt = 0;
  let closed = false;
  let socket: WebSocket | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let grace: ReturnType<typeof setTimeout> | undefined;

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.close(), SILENCE_MS);
  };
  const take = (frame: Frame) => {
    if (frame.event === "ping") return;
    if (frame.event === "ready") {
      const isFirst = cursor === null;
      cursor = Math.max(cursor ?? 0, frame.cursor);
      attempt = 0;
      clearTimeout(grace);
      options.onLine("ready");
      if (isFirst) options.onReset();
      return;
    }
    if (frame.event === "reset") {
      cursor = frame.cursor ?? null;
      options.onReset();
      return;
    }
    cursor = Math.max(cursor ?? 0, frame.id ?? 0);
    options.onEvent(frame, frame.id ?? 0);
  };
  const connect = () => {
    if (closed) return;
    const current = open(options.url);
    socket = current;
    heard();
    current.onopen = () => current.send(JSON.stringify({ type: "resume", after: cursor }));
    current.onmessage = (message: MessageEvent<string>) => {
      heard();
      take(JSON.parse(message.data) as Frame);
    };
    current.onclose = () => {
      clearTimeout(silence);
      if (closed || socket !== current) return;
      clearTimeout(grace);
      grace = setTimeout(() => options.onLine("lost"), GRACE_MS);
      again = setTimeout(connect, backoff(attempt, Math.random()));
      attempt += 1;
    };
  };
  const hurry = () => {
    if (socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(again);
    attempt = 0;
    connect();
  };
  window.addEventListener("online", hurry);
  connect();
  return () => {
    closed = true;
    for (const timer of [again, silence, grace]) clearTimeout(timer);
    window.removeEventListener("online", hurry);
    socket?.close();
  };
}
