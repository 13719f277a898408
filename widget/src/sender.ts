/** Empties the outbox in order, one tab at a time, and tries again with growing pauses until all is stored. */

import { ChatError } from "../../sdk/src/failures";
import type { Outbox, Outgoing } from "./outbox";
import { pause } from "../../sdk/src/pauses";
import type { Posted } from "../../sdk/src/wire";

/** Runs a task while no other tab of this site runs it; without Web Locks the echo ids alone keep doubles out. */
export type Exclusive = (task: () => Promise<void>) => Promise<void>;

export interface SenderEvents {
  /** Post one message; throws ChatError. */
  post(item: Outgoing): Promise<Posted>;
  stored(reply: Posted): void;
  changed(): void;
  /** The server does not know this visitor; true when a new session was opened. */
  renew(): Promise<boolean>;
}

export class Sender {
  private running = false;
  private again = false;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly exclusive: Exclusive,
    private readonly events: SenderEvents,
  ) {}

  /** Send what waits; safe to call as often as one likes. */
  async flush(): Promise<void> {
    this.again = true;
    if (this.running) return;
    clearTimeout(this.timer);
    this.running = true;
    try {
      while (this.again) {
        this.again = false;
        if (this.outbox.head() !== null) await this.exclusive(() => this.drain());
      }
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async drain(): Promise<void> {
    // read anew after each message: another tab may have sent or added some
    for (let item = this.outbox.head(); item !== null; item = this.outbox.head()) {
      if (!(await this.sendOne(item))) return;
    }
  }

  private async sendOne(item: Outgoing): Promise<boolean> {
    try {
      const reply = await this.events.post(item);
      this.attempts = 0;
      this.outbox.remove(item.echo_id);
      this.events.stored(reply);
      return true;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return await this.afterFailure(item, error);
    }
  }

  private async afterFailure(item: Outgoing, error: ChatError): Promise<boolean> {
    if (error.kind === "refused") {
      this.outbox.fail(item.echo_id, error.code);
      this.events.changed();
      return true;
    }
    if (error.kind === "unauthenticated" && this.attempts === 0) {
      this.attempts = 1;
      if (await this.events.renew()) return true;
    }
    this.timer = setTimeout(() => void this.flush(), Math.max(error.retryAfterMs, pause(this.attempts)));
    this.attempts += 1;
    return false;
  }
}

/** Web Locks where the page is a secure context; else simply run. */
export function exclusiveAmongTabs(name: string): Exclusive {
  const locks = (navigator as { locks?: LockManager | null }).locks;
  if (!locks) return (task) => task();
  return async (task) => {
    await locks.request(name, task);
  };
}
