/** Takes in what comes from the server, and tells which of it is new to this customer. */

import type { Api } from "./api";
import { isUnfetched, seqRange } from "./state";
import type { StateStore } from "./store";
import type { Message } from "../../sdk/src/wire";

const TYPING_SHOWN_MS = 8_000;
const MOST_PAGES_AT_ONCE = 20;

export class Arrivals {
  private typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly store: StateStore,
    /** Messages of the other side that were not here before; never those that a first look shows. */
    private readonly arrived: (messages: readonly Message[]) => void,
  ) {}

  /** Show messages and speak of the new ones. `show`: another way to bring the same messages into the state. */
  take(messages: readonly Message[], show?: () => void): void {
    const before = new Set(this.store.state.messages.map((message) => message.id));
    // the stream repeats and updates old messages too; those come with their page when the reader scrolls up
    const wanted = messages.filter((message) => !isUnfetched(this.store.state, message));
    if (show === undefined) this.store.dispatch({ type: "messages", messages: wanted });
    else show();
    const fresh = wanted.filter((message) => !before.has(message.id) && message.author !== "me");
    if (fresh.length === 0) return;
    if (fresh.some((message) => message.author !== "system")) this.typing(null);
    this.arrived(fresh);
  }

  /** Somebody types, or stopped; forgotten after a while, should the word that they stopped be lost. */
  typing(name: string | null): void {
    clearTimeout(this.typingTimer);
    this.store.dispatch({ type: "typing", name });
    if (name !== null) this.typingTimer = setTimeout(() => this.typing(null), TYPING_SHOWN_MS);
  }

  /** Fetch by HTTP all messages after the last that is here; false when the server cannot be reached. */
  async catchUp(): Promise<boolean> {
    try {
      for (let page = 0; page < MOST_PAGES_AT_ONCE; page += 1) {
        const reply = await this.api.messages("after", seqRange(this.store.state).last);
        this.take(reply.payload);
        if (!reply.has_more || reply.payload.length === 0) break;
      }
      return true;
    } catch {
      return false;
    }
  }
}
