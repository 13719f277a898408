/** The queue's filters live in the address. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Filters, Tab } from "@/shared/query_keys";

export const TABS: Tab[] = ["mine", "unassigned", "all", "bot"];
export const STATUSES = ["open", "snoozed", "resolved", "all"] as const;

export function readFilters(search: URLSearchParams): Filters {
  const tab = TABS.find((known) => known === search.get("tab")) ?? "all";
  const status = [...STATUSES, "pending"].find((known) => known === search.get("status")) ?? "open";
  const inbox = Number(search.get("inbox"));
  return { tab, status, inbox: inbox > 0 ? inbox : null, label: search.get("label"), q: search.get("q") ?? "" };
}

export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  if (filters.tab !== "all") search.set("tab", filters.tab);
  if (filters.status !== "open") search.set("status", filters.status);
  if (filters.inbox !== null) search.set("inbox", String(filters.inbox));
  if (filters.label !== null) search.set("label", filters.label);
  if (filters.q) search.set("q", filters.q);
  return search;
}

export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const change = useCallback(
    (part: Partial<Filters>) => setSearch((known) => writeFilters({ ...readFilters(known), ...part }), { replace: true }),
    [setSearch],
  );
  return [filters, change];
}
