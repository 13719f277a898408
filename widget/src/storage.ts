/** What the widget remembers in the browser, under keys of its own website token; works without storage too. */

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
  /** Tell when another tab changed a key that starts with this prefix; returns how to stop. */
  watch(prefix: string, changed: (key: string, value: string | null) => void): () => void;
}

/** Open the browser's storage; where it is blocked, or full, memory keeps the talk alive until the page goes. */
export function openStore(area: "localStorage" | "sessionStorage", namespace: string): Store {
  const memory = new Map<string, string>();
  const disk = reachable(area);
  const full = (key: string): string => `kaitak:${namespace}:${key}`;
  return {
    get: (key) => memory.get(key) ?? disk?.getItem(full(key)) ?? null,
    set: (key, value) => {
      try {
        if (disk !== null) {
          disk.setItem(full(key), value);
          memory.delete(key);
          return true;
        }
      } catch {
        // the quota is used up: memory takes it
      }
      memory.set(key, value);
      return false;
    },
    remove: (key) => {
      memory.delete(key);
      disk?.removeItem(full(key));
    },
    keys: (prefix) => {
      const own = full("").length;
      const stored = disk === null ? [] : Object.keys(disk).filter((key) => key.startsWith(full(prefix)));
      return [...new Set([...stored.map((key) => key.slice(own)), ...[...memory.keys()].filter((k) => k.startsWith(prefix))])];
    },
    watch: (prefix, changed) => {
      const listen = (event: StorageEvent): void => {
        if (event.storageArea === disk && event.key?.startsWith(full(prefix))) {
          changed(event.key.slice(full("").length), event.newValue);
        }
      };
      addEventListener("storage", listen);
      return () => removeEventListener("storage", listen);
    },
  };
}

function reachable(area: "localStorage" | "sessionStorage"): Storage | null {
  try {
    const storage = window[area];
    storage.setItem("kaitak:probe", "1");
    storage.removeItem("kaitak:probe");
    return storage;
  } catch {
    return null;
  }
}
