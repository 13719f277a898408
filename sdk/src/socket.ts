/** One WebSocket, and who is told when it ends: also when it only fell silent. After `drop` nothing is heard of it. */

import type { Frame } from "./wire";

const SILENCE_MS = 60_000; // the server pings every 25 s

export interface SocketEvents {
  frame(frame: Frame): void;
  /** It closed with this code; 0: it fell silent, or was given up. */
  lost(code: number): void;
}

export class Socket {
  private current: WebSocket | null = null;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly events: SocketEvents) {}

  get isOpen(): boolean {
    return this.current !== null;
  }

  /** Connect; the first frame says who we are. Throws where the page's own policy forbids it. */
  open(url: string, hello: () => object): void {
    const socket = new WebSocket(url);
    this.current = socket;
    this.watch();
    socket.onopen = () => socket.send(JSON.stringify(hello()));
    socket.onmessage = ({ data }) => {
      this.watch();
      this.events.frame(JSON.parse(String(data)) as Frame);
    };
    socket.onclose = ({ code }) => this.lose(code);
  }

  /** Do not wait for the socket to notice that it is gone. */
  lose(code = 0): void {
    this.drop();
    this.events.lost(code);
  }

  drop(): void {
    clearTimeout(this.silence);
    const socket = this.current;
    if (socket === null) return;
    this.current = socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private watch(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), SILENCE_MS);
  }
}
