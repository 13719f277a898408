/** One WebSocket at a time, opened again with growing pauses; it resumes from the last id that was heard. */

import type { Api } from "./api";
import type { Frame } from "./wire";

const SILENCE_MS = 60_000; // the server pings every 25 s
const LONGEST_MS = 30_000;
const UNAUTHENTICATED = 4401;

export type Connection = "stopped" | "connecting" | "live" | "lost";

export interface StreamEvents {
  /** Called before each attempt: reads what is needed first; answers from which id to resume. */
  prepare(attempt: number): Promise<number | null>;
  frame(frame: Frame): void;
  state(state: Connection): void;
}

export class Stream {
  private socket: WebSocket | null = null;
  private failures = 0;
  private wanted = false;
  private busy = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

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
    this.drop();
    this.events.state("stopped");
  }

  /** The network or the app came back: do not wait for the next attempt. */
  kick(): void {
    if (this.wanted && this.socket === null && !this.busy) void this.connect();
  }

  /** The network is known to be gone: do not wait for the socket to notice. */
  lose(): void {
    if (this.wanted && this.socket !== null) this.lost(0);
  }

  private async connect(): Promise<void> {
    this.busy = true;
    clearTimeout(this.retry);
    if (this.failures === 0) this.events.state("connecting");
    try {
      const after = await this.events.prepare(this.failures);
      const token = await this.api.token();
      if (this.wanted) this.open(token, after);
    } catch {
      this.lost(0);
    } finally {
      this.busy = false;
    }
  }

  private open(token: string, after: number | null): void {
    const socket = new WebSocket(this.api.streamUrl);
    this.socket = socket;
    this.watchSilence();
    socket.onopen = () => socket.send(JSON.stringify({ type: "resume", token, after }));
    socket.onmessage = ({ data }) => {
      this.watchSilence();
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.event === "ready") {
        this.failures = 0;
        this.events.state("live");
      }
      this.events.frame(frame);
    };
    socket.onclose = ({ code }) => this.lost(code);
  }

  private lost(code: number): void {
    this.drop();
    if (!this.wanted) return;
    if (code === UNAUTHENTICATED) this.api.renew();
    this.failures += 1;
    this.events.state("lost");
    const pause = Math.min(LONGEST_MS, 500 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random() / 2);
    this.retry = setTimeout(() => this.kick(), pause);
  }

  private drop(): void {
    clearTimeout(this.retry);
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
