/**
 * The messages that wait to be stored by the server, each under its own key in the browser's storage, oldest first.
 *
 * One key a message: two tabs that write at once cannot overwrite each other's list.
 */

import type { Store } from "./storage";
import { EchoIds, readBack, type Waiting } from "../../sdk/src/waiting";
import type { Attachment } from "../../sdk/src/wire";
import type { WidgetPost } from "./wire";

const PREFIX = "out:";

export interface Outgoing extends Waiting {
  readonly submitted_value?: string;
  readonly attachments: readonly Attachment[];
  readonly page_url: string;
}

/** How a message is sent, the first time and again. */
export function requestOf(item: Outgoing): WidgetPost {
  return {
    echo_id: item.echo_id,
    content: item.content,
    page_url: item.page_url,
    attachment_ids: item.attachments.map((file) => file.id),
    ...(item.submitted_value === undefined ? {} : { submitted_value: item.submitted_value }),
  };
}

export class Outbox {
  private readonly ids = new EchoIds();

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /** Keep a message; its key sorts after all that this browser wrote before. */
  add(draft: Omit<Outgoing, "echo_id" | "created_at">): Outgoing {
    const now = this.now();
    const item: Outgoing = { ...draft, echo_id: this.ids.next(now, this.all()), created_at: new Date(now).toISOString() };
    this.write(item);
    return item;
  }

  all(): Outgoing[] {
    return this.store
      .keys(PREFIX)
      .sort()
      .map((key) => this.read(key))
      .filter((item) => item !== null);
  }

  /** The oldest message that may be sent now; one that was refused waits for its customer. */
  head(): Outgoing | null {
    return this.all().find((item) => item.failed === undefined) ?? null;
  }

  remove(echoId: string): void {
    this.store.remove(PREFIX + echoId);
  }

  fail(echoId: string, code: string): void {
    const item = this.read(PREFIX + echoId);
    if (item !== null) this.write({ ...item, failed: code });
  }

  /** Let a refused message be tried again, in its old place and under its old id. */
  retry(echoId: string): void {
    const item = this.read(PREFIX + echoId);
    if (item !== null) this.write({ ...item, failed: undefined });
  }

  clear(): void {
    for (const item of this.all()) this.remove(item.echo_id);
  }

  watch(changed: () => void): () => void {
    return this.store.watch(PREFIX, changed);
  }

  private read(key: string): Outgoing | null {
    return readBack(this.store.get(key)) as Outgoing | null;
  }

  private write(item: Outgoing): void {
    this.store.set(PREFIX + item.echo_id, JSON.stringify(item));
  }
}
