/** Messages that could not be delivered, the ledger of everything, and sending again. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { DeadLetter, Ledger } from "@/api/set_up";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

interface Page {
  payload: DeadLetter[];
  meta?: { next_cursor: string | null };
}

export function useDeadLetters(status: string) {
  const { account } = useSession();
  return useInfiniteQuery({
    queryKey: keys.deliveries(account.id, status),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<Page>(accountPath(account.id, "deliveries"), { status, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.meta?.next_cursor ?? null,
  });
}

export function useLedger() {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.deliveries(account.id, "ledger"),
    queryFn: ({ signal }) => http.get<Ledger>(accountPath(account.id, "ledger"), undefined, signal),
  });
}

export function useReplay() {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: number[]) =>
      ids.length === 1
        ? http.post(accountPath(account.id, `deliveries/${ids[0]}/replay`))
        : http.post(accountPath(account.id, "deliveries/replay"), { ids }),
    onSettled: () => client.invalidateQueries({ queryKey: [account.id, "deliveries"] }),
  });
}

export function useReplayAll() {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (status: string) => http.post<{ replayed: number }>(accountPath(account.id, "deliveries/replay"), { status }),
    onSettled: () => client.invalidateQueries({ queryKey: [account.id, "deliveries"] }),
  });
}
