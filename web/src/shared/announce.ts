/** What screen readers hear once: the live region's text. */
import { create } from "zustand";

export const useAnnouncement = create<{ text: string; turn: number }>()(() => ({ text: "", turn: 0 }));

export function announce(text: string): void {
  useAnnouncement.setState(({ turn }) => ({ text, turn: turn + 1 }));
}
