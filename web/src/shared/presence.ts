/** Fleeting facts that no server snapshot holds: who types, who looks, who is there, is the line up. */
import { create } from "zustand";
import type { Availability, Named } from "@/api/views";

export const TYPING_MS = 6_000;

export interface Typist {
  type: string;
  id: number | null;
  name: string | null;
  until: number;
}

interface Presence {
  line: "connecting" | "ready" | "lost";
  typing: Record<number, Typist[]>;
  viewing: Record<number, Named[]>;
  availability: Record<number, Availability>;
  setLine: (line: Presence["line"]) => void;
  setTyping: (conversation: number, typist: Omit<Typist, "until">, on: boolean, now: number) => void;
  setViewing: (conversation: number, users: Named[]) => void;
  setAvailability: (users: Record<string, Availability>) => void;
}

export const usePresence = create<Presence>()((set) => ({
  line: "connecting",
  typing: {},
  viewing: {},
  availability: {},
  setLine: (line) => set({ line }),
  setTyping: (conversation, typist, on, now) =>
    set(({ typing }) => {
      const others = (typing[conversation] ?? []).filter(
        (known) => known.until > now && (known.type !== typist.type || known.id !== typist.id),
      );
      const mine = on ? [{ ...typist, until: now + TYPING_MS }] : [];
      return { typing: { ...typing, [conversation]: [...others, ...mine] } };
    }),
  setViewing: (conversation, users) => set(({ viewing }) => ({ viewing: { ...viewing, [conversation]: users } })),
  setAvailability: (users) => set(({ availability }) => ({ availability: { ...availability, ...users } })),
}));
