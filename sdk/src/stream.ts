/** One WebSocket at a time, opened again with growing pauses; it resumes from the last id that was heard. */

import type { Api } from "./api";
import { pause } from "./pauses";
import { Socket } from "./socket";
import type { Frame } from "./wire";

const UNAUTHENTICATED = 4401;

export type Connection = "stopped" | "connecting" | "live" | "lost";

export interface StreamEvents {
  /** Called before each attempt: reads what is needed first; answers from which id to resume. */
  prepare(attempt: number): Promise<number | null>;
  frame(frame: Frame): void;
  state(state: Connection): void;
}

export class Stream {
  private readonly socket = new Socket({ frame: (frame) => this.heard(frame), lost: (code) => this.lost(code) });
  private failures = 0;
  private wanted = false;
  private busy = false;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly events: StreamEvents,
  ) {}

  start(): void {
    this.wanted = true;
    this.kick();
  }

  stop(): void {
    this.wanted = false;
    this.failures = 0;
    clearTimeout(this.retry);
    this.socket.drop();
    this.events.state("stopped");
  }

  /** The network or the app came back: do not wait for the next attempt. */
  kick(): void {
    if (this.wanted && !this.socket.isOpen && !this.busy) void this.connect();
  }

  /** The network is known to be gone: do not wait for the socket to notice. */
  lose(): void {
    if (this.wanted && this.socket.isOpen) this.socket.lose();
  }

  private async connect(): Promise<void> {
    this.busy = true;
    clearTimeout(this.retry);
    if (this.failures === 0) this.events.state("connecting");
    try {
      const after = await this.events.prepare(this.failures);
      const token = await this.api.token();
      if (this.wanted) this.socket.open(this.api.streamUrl, () => ({ type: "resume", token, after }));
    } catch {
      this.lost(0);
    } finally {
      this.busy = false;
    }
  }

  private heard(frame: Frame): void {
    if (frame.event === "ready") {
      this.failures = 0;
      this.events.state("live");
    }
    this.events.frame(frame);
  }

  private lost(code: number): void {
    if (!this.wanted) return;
    if (code === UNAUTHENTICATED) this.api.renew();
    this.failures += 1;
    this.events.state("lost");
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.kick(), pause(this.failures));
  }
}
