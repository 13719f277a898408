/** Holds the state, tells the page when it changed. */

import { type Action, INITIAL, type State, reduce } from "./state";

export class StateStore {
  state: State = INITIAL;
  private readonly listeners = new Set<() => void>();

  dispatch(action: Action): void {
    const next = reduce(this.state, action);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
