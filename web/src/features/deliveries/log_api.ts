/** The webhook log with its replay, the ledger by inbox, and channel limits. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ChannelFailure, CallsReplayed, EventsReplayed, InboxLimits, LedgerReport, LoggedEvent, WebhookCall } from "@/api/channel_operations";
import { accountPath, http } from "@/api/http";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

interface Page<Row> {
  payload: Row[];
  meta: { next_cursor: string | null };
}

function useLog<Row>(path: string, filters: Record<string, string | number | null>) {
  const { account } = useSession();
  return useInfiniteQuery({
    queryKey: keys.deliveries(account.id, `${path} ${JSON.stringify(filters)}`),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Row>>(accountPath(account.id, path), { ...filters, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.meta.next_cursor,
  });
}

export type Log<Row> = ReturnType<typeof useLog<Row>>;
export const useEvents = (inbox: number | null) => useLog<LoggedEvent>("inbound_events", { inbox_id: inbox });
export const useCalls = (inbox: number | null) => useLog<WebhookCall>("webhook_calls", { inbox_id: inbox });

export const useFailures = () => useLog<ChannelFailure>("channel_failures", {});

export function useLoggedBody(path: string | null) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.deliveries(account.id, `body ${path}`),
    enabled: path !== null,
    queryFn: ({ signal }) => http.get<{ body: string }>(accountPath(account.id, `${path}/body`), undefined, signal),
  });
}

export interface Chosen {
  ids?: number[];
  inbox_id?: number;
}

function useReplayOf<Answer>(path: string) {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (chosen: Chosen) => http.post<Answer>(accountPath(account.id, `${path}/replay`), chosen),
    onSettled: () => client.invalidateQueries({ queryKey: [account.id, "deliveries"] }),
  });
}

export const useReplayCalls = () => useReplayOf<CallsReplayed>("webhook_calls");
export const useReplayEvents = () => useReplayOf<EventsReplayed>("inbound_events");

export function useReport(days: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.deliveries(account.id, `report ${days}`),
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - days * 86_400_000).toISOString();
      return http.get<LedgerReport>(accountPath(account.id, "ledger/report"), { since }, signal);
    },
  });
}

export function useLimits() {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.deliveries(account.id, "limits"),
    queryFn: ({ signal }) => http.get<{ payload: InboxLimits[] }>(accountPath(account.id, "inbox_limits"), undefined, signal),
  });
}

export function useQuota(inbox: number, isOn: boolean) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.deliveries(account.id, `quota ${inbox}`),
    enabled: isOn,
    retry: false,
    queryFn: ({ signal }) => http.get<{ used: number; limit: number | null }>(accountPath(account.id, `inboxes/${inbox}/quota`), undefined, signal),
  });
}
