/** Empties the queue in order, one message at a time, and tries again with growing pauses until all is stored. */

import type { Api } from "./api";
import { ChatError } from "./failures";
import { pause } from "./pauses";
import { sorted, type Queued, type QueueStore } from "./queue";
import { EchoIds } from "./waiting";
import type { Post, Posted } from "./wire";

const ids = new EchoIds(); // of all senders on this device

export interface SenderEvents {
  changed(waiting: readonly Queued[]): void;
  posted(reply: Posted): void;
}

export class Sender {
  private waiting: readonly Queued[] = [];
  private busy = false;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly store: QueueStore,
    private readonly events: SenderEvents,
  ) {}

  /** What an earlier run of the app has left. */
  async load(): Promise<void> {
    this.show(sorted(await this.store.list()));
  }

  add(draft: Pick<Queued, "content" | "submitted_value" | "attachment_ids">): Promise<void> {
    return this.keep({ ...draft, echo_id: ids.next(Date.now(), this.waiting), created_at: new Date().toISOString() });
  }

  /** Let a refused message be tried again, in its old place and under its old id. */
  async retry(echoId: string): Promise<void> {
    const item = this.waiting.find((each) => each.echo_id === echoId);
    if (item !== undefined) await this.keep({ ...item, failed: undefined });
  }

  async remove(echoId: string): Promise<void> {
    await this.store.remove(echoId);
    this.show(this.waiting.filter((each) => each.echo_id !== echoId));
  }

  stop(): void {
    clearTimeout(this.retryTimer);
  }

  /** Send what waits; the same id is sent until the server says that it has it. */
  async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.stop();
    try {
      for (let item = this.next(); item !== undefined; item = this.next()) {
        await this.post(item);
        this.failures = 0;
      }
    } catch (error) {
      const asked = error instanceof ChatError ? error.retryAfterMs : 0;
      this.retryTimer = setTimeout(() => void this.flush(), Math.max(pause(++this.failures), asked));
    } finally {
      this.busy = false;
    }
  }

  private next(): Queued | undefined {
    return this.waiting.find((each) => each.failed === undefined);
  }

  private async keep(item: Queued): Promise<void> {
    await this.store.put(item);
    this.show(sorted([...this.waiting.filter((each) => each.echo_id !== item.echo_id), item]));
    void this.flush();
  }

  private async post(item: Queued): Promise<void> {
    const { echo_id, content, submitted_value, attachment_ids } = item;
    try {
      const body: Post = { echo_id, content, submitted_value, attachment_ids };
      this.events.posted(await this.api.call<Posted>("POST", "/messages", body));
      await this.remove(echo_id);
    } catch (error) {
      if (!(error instanceof ChatError) || error.kind !== "refused") throw error;
      const refused = { ...item, failed: error.code };
      await this.store.put(refused);
      this.show(this.waiting.map((each) => (each.echo_id === echo_id ? refused : each)));
    }
  }

  private show(waiting: readonly Queued[]): void {
    this.waiting = waiting;
    this.events.changed(waiting);
  }
}
