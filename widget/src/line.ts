/** Keeps the line to the server: a WebSocket that comes back by itself, and polling while none can be opened. */

import { pause } from "./pauses";
import type { LineState } from "./state";
import type { StreamFrame } from "./wire";

const FAILURES_BEFORE_POLLING = 2;
const POLL_MS = 4_000;
const SILENCE_MS = 60_000;
const UNKNOWN_VISITOR = new Set([4401, 1008]);

export interface LineEvents {
  /** What the first frame says: who we are and from where to go on. */
  hello(): object;
  frame(frame: StreamFrame): void;
  /** Fetch by HTTP what is new; false when the server cannot be reached. */
  poll(): Promise<boolean>;
  state(line: LineState): void;
  /** The server does not know this visitor any more. */
  refused(): void;
}

export class Line {
  private socket: WebSocket | null = null;
  private failures = 0;
  private wanted = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private polling: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly events: LineEvents,
  ) {}

  /** Open the line and keep it open. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.failures = 0;
    clearTimeout(this.retry);
    clearTimeout(this.polling);
    this.polling = undefined;
    this.drop();
    this.events.state("idle");
  }

  /** The network came back, or the tab: do not wait for the next attempt. */
  kick(): void {
    if (!this.wanted) this.events.state("idle");
    else if (this.socket === null) this.connect();
  }

  /** The socket went silent, or the browser says that there is no network: do not wait for the socket to notice. */
  lose(isOffline = false): void {
    if (this.wanted && this.socket !== null) this.lost(this.socket, 0);
    else if (isOffline) this.events.state("lost");
  }

  private connect(): void {
    clearTimeout(this.retry);
    if (this.failures === 0) this.events.state("connecting");
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      // the page's own policy forbids it: polling it is
      this.failures = FAILURES_BEFORE_POLLING;
      this.poll();
      return;
    }
    this.socket = socket;
    this.watchSilence();
    socket.onopen = () => socket.send(JSON.stringify(this.events.hello()));
    socket.onmessage = (event) => this.heard(String(event.data));
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  private heard(text: string): void {
    this.watchSilence();
    const frame = JSON.parse(text) as StreamFrame;
    if (frame.event === "ready") {
      this.failures = 0;
      clearTimeout(this.polling);
      this.polling = undefined;
      this.events.state("live");
    }
    this.events.frame(frame);
  }

  private lost(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.drop();
    this.failures += 1;
    this.retry = setTimeout(() => this.connect(), pause(this.failures));
    if (this.polling === undefined) {
      this.events.state("lost");
      if (this.failures >= FAILURES_BEFORE_POLLING) this.poll();
    }
    if (UNKNOWN_VISITOR.has(code)) this.events.refused();
  }

  private poll(): void {
    this.polling = setTimeout(() => {
      void this.events.poll().then((reached) => {
        if (!this.wanted || this.polling === undefined) return;
        this.events.state(reached ? "polling" : "lost");
        this.poll();
      });
    }, POLL_MS);
  }

  private drop(): void {
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private watchSilence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), SILENCE_MS);
  }
}

/** The stream's address; the visitor's token is never in it. */
export function streamUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, "ws")}/public/api/v1/widget/stream`;
}
