/** A way for other parts of the page to put text into the composer of a conversation. */
import { create } from "zustand";

interface Insertion {
  conversation: number;
  text: string;
  turn: number;
}

export const useInsertion = create<{ wanted: Insertion | null }>()(() => ({ wanted: null }));

export function insertIntoComposer(conversation: number, text: string): void {
  useInsertion.setState(({ wanted }) => ({ wanted: { conversation, text, turn: (wanted?.turn ?? 0) + 1 } }));
}
