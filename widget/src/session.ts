/** Opens the visitor's session, once at a time in this tab and among tabs, and keeps trying until it stands. */

import { ChatError } from "../../sdk/src/failures";
import type { Api, PageFacts } from "./api";
import { pause } from "../../sdk/src/pauses";
import type { Store } from "./storage";
import type { SessionReply } from "./wire";

export interface SessionEvents {
  page(): PageFacts;
  opened(reply: SessionReply): void;
  /** Could not be reached; it will be tried again. */
  unreachable(): void;
  /** The server will not have us: a wrong website token, a page that is not allowed. */
  refused(code: string): void;
}

export class Session {
  private opening: Promise<boolean> | null = null;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly disk: Store,
    private readonly lockName: string,
    private readonly events: SessionEvents,
  ) {}

  get visitorToken(): string | null {
    return this.disk.get("visitor");
  }

  /** True when the session stands. */
  open(): Promise<boolean> {
    clearTimeout(this.retry);
    this.opening ??= this.openAmongTabs().finally(() => (this.opening = null));
    return this.opening;
  }

  /** Throw away the token and open a session as a new visitor; `clear` forgets what else was the old one's. */
  async renew(clear?: () => void): Promise<boolean> {
    await this.opening; // one that is under way still speaks for the old token
    this.disk.remove("visitor");
    clear?.();
    return this.open();
  }

  private async openAmongTabs(): Promise<boolean> {
    const locks = (navigator as { locks?: LockManager | null }).locks;
    // Under the lock the second tab finds the token that the first one was given.
    return locks ? await locks.request(this.lockName, () => this.attempt()) : this.attempt();
  }

  private async attempt(): Promise<boolean> {
    try {
      const reply = await this.request();
      this.attempts = 0;
      if (typeof reply.visitor_token === "string") this.disk.set("visitor", reply.visitor_token);
      this.events.opened(reply);
      return true;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.kind === "refused" || error.kind === "unauthenticated") {
        this.events.refused(error.code);
        return false;
      }
      this.events.unreachable();
      this.retry = setTimeout(() => void this.open(), Math.max(error.retryAfterMs, pause(this.attempts)));
      this.attempts += 1;
      return false;
    }
  }

  private async request(): Promise<SessionReply> {
    try {
      return await this.api.session(this.events.page());
    } catch (error) {
      if (!(error instanceof ChatError) || error.kind !== "unauthenticated" || this.visitorToken === null) throw error;
      this.disk.remove("visitor");
      return await this.api.session(this.events.page());
    }
  }
}
