/**
 * The messages that wait to be stored by the server, each under its own key in the browser's storage, oldest first.
 *
 * One key a message: two tabs that write at once cannot overwrite each other's list.
 */

import type { Store } from "./storage";
import type { AttachmentView, SendRequest } from "./wire";

const PREFIX = "out:";

export interface Outgoing {
  readonly echo_id: string;
  readonly content: string;
  readonly submitted_value?: string;
  readonly attachments: readonly AttachmentView[];
  readonly page_url: string;
  readonly created_at: string;
  readonly failed?: string | undefined;
}

/** How a message is sent, the first time and again. */
export function requestOf(item: Outgoing): SendRequest {
  return {
    echo_id: item.echo_id,
    content: item.content,
    page_url: item.page_url,
    attachment_ids: item.attachments.map((file) => file.id),
    ...(item.submitted_value === undefined ? {} : { submitted_value: item.submitted_value }),
  };
}

export class Outbox {
  private last = 0;

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /** Keep a message; its key sorts after all that this browser wrote before. */
  add(draft: Omit<Outgoing, "echo_id" | "created_at">): Outgoing {
    const now = this.now();
    this.last = Math.max(now, this.last + 1, this.newest() + 1);
    const echoId = `${this.last.toString().padStart(15, "0")}-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
    const item: Outgoing = { ...draft, echo_id: echoId, created_at: new Date(now).toISOString() };
    this.write(item);
    return item;
  }

  all(): Outgoing[] {
    return this.store
      .keys(PREFIX)
      .sort()
      .map((key) => parse(this.store.get(key)))
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
    const item = parse(this.store.get(PREFIX + echoId));
    if (item !== null) this.write({ ...item, failed: code });
  }

  /** Let a refused message be tried again, in its old place and under its old id. */
  retry(echoId: string): void {
    const item = parse(this.store.get(PREFIX + echoId));
    if (item !== null) this.write({ ...item, failed: undefined });
  }

  clear(): void {
    for (const item of this.all()) this.remove(item.echo_id);
  }

  watch(changed: () => void): () => void {
    return this.store.watch(PREFIX, changed);
  }

  private newest(): number {
    const last = this.all().at(-1);
    return last === undefined ? 0 : Number(last.echo_id.slice(0, 15));
  }

  private write(item: Outgoing): void {
    this.store.set(PREFIX + item.echo_id, JSON.stringify(item));
  }
}

function parse(text: string | null): Outgoing | null {
  if (text === null) return null;
  try {
    const item = JSON.parse(text) as Outgoing;
    return typeof item.echo_id === "string" && typeof item.content === "string" ? item : null;
  } catch {
    return null;
  }
}
