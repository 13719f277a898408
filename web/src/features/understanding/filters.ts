/** The filters of the understanding pages, kept in the address. */
/** The server searches for at most so many characters. */
const LONGEST_SEARCH = 100;

/** Where an account's own line is found in the list of lines. */
export function placeOfLine(account: number, pack: string, text: string): string {
  const search = new URLSearchParams({ pack, q: Array.from(text).slice(0, LONGEST_SEARCH).join("") });
  return `/a/${account}/understanding/examples?${search.toString()}`;
}

/** Where a line of the pack gets another intent: by an own line with the same words, which wins. */
export function placeOfOverride(account: number, pack: string, text: string, intent: string): string {
  const search = new URLSearchParams({ pack, add: text, to: intent });
  return `/a/${account}/understanding/examples?${search.toString()}`;
}

export function placeOfIntent(account: number, pack: string, intent: string): string {
  return `/a/${account}/understanding/examples?${new URLSearchParams({ pack, intent }).toString()}`;
}
