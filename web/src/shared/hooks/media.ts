/** What the window allows: three panes, two with a drawer, or one. */
import { useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}

export type Room = "three" | "two" | "one";

export function useRoom(): Room {
  const isWide = useMedia("(min-width: 1280px)");
  const isMedium = useMedia("(min-width: 768px)");
  return isWide ? "three" : isMedium ? "two" : "one";
}
