/** The customer as the business systems know them, asked through the gateway. */
import { useQuery } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { CustomerSnapshot } from "@/api/set_up";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

export function useCustomerSnapshot(conversation: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.business(account.id, conversation),
    queryFn: ({ signal }) =>
      http.get<CustomerSnapshot>(accountPath(account.id, `conversations/${conversation}/business`), undefined, signal),
    staleTime: 30_000,
    retry: false,
  });
}
