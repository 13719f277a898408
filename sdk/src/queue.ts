/** Messages that wait to be stored by the server, each under its own key, oldest first: none is lost, none is doubled. */

import { readBack, type Waiting } from "./waiting";

/** `failed`: it waits for `retry` or `discard`. */
export interface Queued extends Waiting {
  readonly submitted_value?: string | undefined;
  readonly attachment_ids?: readonly string[] | undefined;
}

/** Where an app keeps what waits: localStorage by default; give your own over AsyncStorage, SQLite or a file. */
export interface QueueStore {
  list(): Promise<Queued[]>;
  put(item: Queued): Promise<void>;
  remove(echoId: string): Promise<void>;
}

export function localStore(prefix: string, storage: Storage = localStorage): QueueStore {
  const keys = () => Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? "").filter((key) => key.startsWith(prefix));
  return {
    list: () => Promise.resolve(keys().map((key) => readBack(storage.getItem(key))).filter((item) => item !== null)),
    // eslint-disable-next-line @typescript-eslint/require-await -- a full store must reject, not throw
    put: async (item) => storage.setItem(prefix + item.echo_id, JSON.stringify(item)),
    // eslint-disable-next-line @typescript-eslint/require-await
    remove: async (echoId) => storage.removeItem(prefix + echoId),
  };
}

/** Keeps nothing beyond this process. */
export function memoryStore(): QueueStore {
  const items = new Map<string, Queued>();
  return {
    list: () => Promise.resolve([...items.values()]),
    put: (item) => Promise.resolve(void items.set(item.echo_id, item)),
    remove: (echoId) => Promise.resolve(void items.delete(echoId)),
  };
}

export function sorted(items: readonly Queued[]): Queued[] {
  return items.toSorted((a, b) => (a.echo_id < b.echo_id ? -1 : 1));
}
