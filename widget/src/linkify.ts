/** Finds web addresses in plain text; what it does not know for certain stays text. */

export type Piece = { readonly text: string; readonly href?: string };

// ASCII only: Chinese runs on without a space, and an address in a shop's answer is written in percent form
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&()*+,;=%]+/gi;
const TRAILING = /[.,!?;:)\]}*_~]+$/;

/** Cut text into plain pieces and http(s) links. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const written = trimmed(match[0]);
    const href = safeAddress(written);
    if (href === null) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: written, href });
    done = match.index + written.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

/** The address when it is http or https and carries no sign-in before its host; else null. */
export function safeAddress(text: string): string | null {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    return isWeb && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

/** Take off the punctuation that ends the sentence, but keep a bracket that the address itself opened. */
function trimmed(address: string): string {
  let text = address;
  for (;;) {
    const end = TRAILING.exec(text)?.[0];
    if (end === undefined) return text;
    if (text.endsWith(")") && text.split("(").length >= text.split(")").length) return text;
    text = text.slice(0, -1);
  }
}
