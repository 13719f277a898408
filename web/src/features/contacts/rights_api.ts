/** What a person agreed to, and their rights to what is kept of them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { components } from "@/api/schema";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

export type Consents = components["schemas"]["ConsentList"];
export type ConsentBody = components["schemas"]["ConsentBody"];
export type PersonRequest = components["schemas"]["PersonRequestView"];

export function useConsents(id: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: [...keys.contact(account.id, id), "consents"],
    queryFn: ({ signal }) => http.get<Consents>(accountPath(account.id, `contacts/${id}/consents`), undefined, signal),
  });
}

export function useNoteConsent(id: number) {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ConsentBody) => http.post<Consents>(accountPath(account.id, `contacts/${id}/consents`), body),
    onSuccess: (shown) => client.setQueryData([...keys.contact(account.id, id), "consents"], shown),
  });
}

const requestsOf = (account: number, id: number) => accountPath(account, `contacts/${id}/person_requests`);

/** While something is being done, it is looked at every two seconds. */
export function usePersonRequests(id: number, isOpen: boolean) {
  const { account } = useSession();
  return useQuery({
    queryKey: [...keys.contact(account.id, id), "person_requests"],
    enabled: isOpen,
    queryFn: async ({ signal }) => (await http.get<{ payload: PersonRequest[] }>(requestsOf(account.id, id), undefined, signal)).payload,
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === "running") ? 2000 : false),
  });
}

function useAct<T>(id: number, act: (path: string, value: T) => Promise<PersonRequest>) {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (value: T) => act(requestsOf(account.id, id), value),
    onSettled: () => client.invalidateQueries({ queryKey: [account.id, "contact"] }),
  });
}

export const useAskForRequest = (id: number) => useAct(id, (path, kind: PersonRequest["kind"]) => http.post<PersonRequest>(path, { kind }));

export const useConfirmErasure = (id: number) =>
  useAct(id, (path, { request, typed }: { request: number; typed: string }) => http.post<PersonRequest>(`${path}/${request}/confirm`, { confirm: typed }));

export function useFileAddress(id: number) {
  const { account } = useSession();
  return (request: number) => `${requestsOf(account.id, id)}/${request}/file`;
}
