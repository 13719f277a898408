/** Filters that are kept in the address. */
import { useLocation, useSearchParams } from "react-router";

/** Read one address part after another; change some of them, where null takes one away. */
export function useAddress(): [(name: string) => string | null, (changes: Record<string, string | null>) => void] {
  const [params, setParams] = useSearchParams();
  const { state } = useLocation() as { state: unknown };
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
      { replace: true, state },
    );
  return [(name) => params.get(name), change];
}
