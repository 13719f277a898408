/** Text that was typed and not saved: it survives a walk through the workbench, and the browser asks before it is lost. */
import { useEffect } from "react";
import { create } from "zustand";

interface Unsaved {
  texts: Record<string, string>;
  keep: (key: string, text: string | null) => void;
}

export const useUnsaved = create<Unsaved>()((set) => ({
  texts: {},
  keep: (key, text) =>
    set(({ texts }) => {
      const others = Object.entries(texts).filter(([name]) => name !== key);
      return { texts: Object.fromEntries(text === null ? others : [...others, [key, text]]) };
    }),
}));

export const unsavedKey = (account: number, pack: string, path: string): string => `${account}/${pack}/${path}`;

export function useAskBeforeLeaving(): void {
  const isAny = useUnsaved(({ texts }) => Object.keys(texts).length > 0);
  useEffect(() => {
    if (!isAny) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isAny]);
}
