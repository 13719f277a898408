/** Keeps the line to the server: a WebSocket that comes back by itself, and polling while none can be opened. */

import { pause } from "../../sdk/src/pauses";
import { Socket } from "../../sdk/src/socket";
import type { LineState } from "./state";
import type { Frame } from "../../sdk/src/wire";

const FAILURES_BEFORE_POLLING = 2;
const POLL_MS = 4_000;
const UNKNOWN_VISITOR = new Set([4401, 1008]);

export interface LineEvents {
  /** What the first frame says: who we are and from where to go on. */
  hello(): object;
  frame(frame: Frame): void;
  /** Fetch by HTTP what is new; false when the server cannot be reached. */
  poll(): Promise<boolean>;
  state(line: LineState): void;
  /** The server does not know this visitor any more. */
  refused(): void;
}

export class Line {
  private readonly socket = new Socket({ frame: (frame) => this.heard(frame), lost: (code) => this.lost(code) });
  private failures = 0;
  private wanted = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private polling: ReturnType<typeof setTimeout> | undefined;

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
    this.socket.drop();
    this.events.state("idle");
  }

  /** The network came back, or the tab: do not wait for the next attempt. */
  kick(): void {
    if (!this.wanted) this.events.state("idle");
    else if (!this.socket.isOpen) this.connect();
  }

  /** The socket went silent, or the browser says that there is no network: do not wait for the socket to notice. */
  lose(isOffline = false): void {
    if (this.wanted && this.socket.isOpen) this.socket.lose();
    else if (isOffline) this.events.state("lost");
  }

  private connect(): void {
    clearTimeout(this.retry);
    if (this.failures === 0) this.events.state("connecting");
    try {
      this.socket.open(this.url, () => this.events.hello());
    } catch {
      // the page's own policy forbids it: polling it is
      this.failures = FAILURES_BEFORE_POLLING;
      this.poll();
    }
  }

  private heard(frame: Frame): void {
    if (frame.event === "ready") {
      this.failures = 0;
      clearTimeout(this.polling);
      this.polling = undefined;
      this.events.state("live");
    }
    this.events.frame(frame);
  }

  private lost(code: number): void {
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
}

/** The stream's address; the visitor's token is never in it. */
export function streamUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, "ws")}/public/api/v1/widget/stream`;
}
