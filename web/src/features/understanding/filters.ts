/** The filters of the understanding pages, kept in the address. */
import { useSearchParams } from "react-router";

/** Read one address part after another; change some of them, where null takes one away. */
export function useAddress(): [(name: string) => string | null, (changes: Record<string, string | null>) => void] {
  const [params, setParams] = useSearchParams();
  const change = (changes: Record<string, string | null>) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === "") next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  return [(name) => params.get(name), change];
}

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
