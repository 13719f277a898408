/** The piece of a message round the first word that was searched for, with the words told apart. Pure. */

export interface Part {
  text: string;
  isHit: boolean;
}

const BEFORE = 12;
const LENGTH = 90;

/** Whether a search has a word of two characters or more, as the messages' search needs. */
export function isSearchable(q: string): boolean {
  return q.trim().split(/\s+/).some((word) => [...word].length > 1);
}

/** Parts in order; where a word is written in another script or width than it was searched for, nothing is marked. */
export function excerpt(content: string, q: string): Part[] {
  const text = content.replace(/\s+/g, " ").trim();
  const lower = text.toLowerCase();
  const words = q.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const from = lower.length === text.length ? Math.max(0, Math.min(...places, text.length) - BEFORE) : 0;
  const start = places.length > 0 && text.length > LENGTH ? from : 0;
  const piece = text.slice(start, start + LENGTH);
  const shown = `${start > 0 ? "…" : ""}${piece}${start + LENGTH < text.length ? "…" : ""}`;
  if (words.length === 0) return [{ text: shown, isHit: false }];
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "giu");
  return shown
    .split(pattern)
    .filter(Boolean)
    .map((part) => ({ text: part, isHit: words.includes(part.toLowerCase()) }));
}
