/** The customer as the business systems know them, asked through the gateway; what staff have done there. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Deed, DeedPrepared, DeedResult, ToldAccess } from "@/api/business";
import { accountPath, http } from "@/api/http";
import type { CustomerSnapshot, Order } from "@/api/set_up";
import { nextLook } from "@/features/business/model";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

function usePath(conversation: number): (rest: string) => string {
  const { account } = useSession();
  return (rest) => accountPath(account.id, `conversations/${conversation}/business${rest}`);
}

/** What was shown from memory because the system was slow is there live soon after: it is looked for again by itself. */
export function useCustomerSnapshot(conversation: number) {
  const { account } = useSession();
  const path = usePath(conversation);
  const client = useQueryClient();
  const queryKey = keys.business(account.id, conversation);
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const looks = client.getQueryData<Look>(queryKey)?.stale_looks ?? 0;
      const snapshot = await http.get<CustomerSnapshot>(path(""), undefined, signal);
      return { ...snapshot, stale_looks: snapshot.stale ? looks + 1 : 0 };
    },
    refetchInterval: ({ state }) => nextLook(state.data?.stale_looks ?? 0),
    staleTime: 30_000,
    retry: false,
  });
}

type Look = CustomerSnapshot & { stale_looks: number };

export function useAccessLog(conversation: number) {
  const { account } = useSession();
  const path = usePath(conversation);
  return useQuery({
    queryKey: [...keys.business(account.id, conversation), "log"],
    queryFn: ({ signal }) => http.get<{ payload: ToldAccess[] }>(path("/access_log"), undefined, signal),
    staleTime: 0,
  });
}

/** The orders are asked for again after everything that may have changed them. */
function useForget(conversation: number): () => void {
  const client = useQueryClient();
  const { account } = useSession();
  return () => void client.invalidateQueries({ queryKey: keys.business(account.id, conversation) });
}

export function useCheckOrder(conversation: number) {
  const path = usePath(conversation);
  const forget = useForget(conversation);
  return useMutation({
    mutationFn: (body: { order_no: string; phone_tail: string }) => http.post<{ order: Order | null }>(path("/check_order"), body),
    onSuccess: ({ order }) => order && forget(),
  });
}

export function usePrepareDeed(conversation: number) {
  const path = usePath(conversation);
  return useMutation({ mutationFn: (deed: Deed) => http.post<DeedPrepared>(path("/deeds/prepare"), { deed }) });
}

export function useConfirmDeed(conversation: number) {
  const path = usePath(conversation);
  const forget = useForget(conversation);
  return useMutation({
    mutationFn: ({ deed, key, token }: { deed: Deed; key: string; token: string }) => http.post<DeedResult>(path("/deeds"), { deed, key, token }),
    onSettled: forget,
  });
}

export function useAskDeed(conversation: number) {
  const path = usePath(conversation);
  const forget = useForget(conversation);
  return useMutation({ mutationFn: (key: string) => http.get<DeedResult>(path(`/deeds/${encodeURIComponent(key)}`)), onSettled: forget });
}
