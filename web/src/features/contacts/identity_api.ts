/** Who a contact is: identities, who else they may be, joining and undoing it. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { components } from "@/api/schema";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

export type Identities = components["schemas"]["IdentitiesView"];
export type Merge = components["schemas"]["MergeView"];
export type Suggestion = components["schemas"]["SuggestionView"];
export type Entry = components["schemas"]["Entry"];
type Timeline = components["schemas"]["Timeline"];
type Joined = components["schemas"]["ContactJoined"];

export function useIdentities(id: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: [...keys.contact(account.id, id), "identities"],
    queryFn: ({ signal }) => http.get<Identities>(accountPath(account.id, `contacts/${id}/identities`), undefined, signal),
  });
}

export function useSuggestions(id: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: [...keys.contact(account.id, id), "suggestions"],
    queryFn: async ({ signal }) =>
      (await http.get<{ payload: Suggestion[] }>(accountPath(account.id, `contacts/${id}/suggestions`), undefined, signal)).payload,
  });
}

/** With words, the messages that hold them. */
export function useTimeline(id: number, kinds: Entry["kind"][], q: string) {
  const { account } = useSession();
  return useInfiniteQuery({
    queryKey: [...keys.contact(account.id, id), "timeline", kinds, q],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<Timeline>(accountPath(account.id, `contacts/${id}/timeline`), { kind: kinds, q, cursor: pageParam, limit: 30 }, signal),
    getNextPageParam: ({ meta }) => meta.next_cursor,
  });
}

function useChange<T>(id: number, act: (path: string, other: number) => Promise<T>) {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (other: number) => act(accountPath(account.id, `contacts/${id}`), other),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [account.id, "contact"] }),
        client.invalidateQueries({ queryKey: [account.id, "contacts"] }),
        client.invalidateQueries({ queryKey: [account.id, "contact_conversations"] }),
        client.invalidateQueries({ queryKey: [account.id, "conversation"] }),
        client.invalidateQueries({ queryKey: keys.conversations(account.id) }),
      ]),
  });
}

export const useJoin = (id: number) => useChange(id, (path, other) => http.post<Joined>(`${path}/merges`, { contact_id: other }));

export const useSetApart = (id: number) => useChange(id, (path, other) => http.post<null>(`${path}/suggestions/${other}/dismiss`, {}));

export const useUndoMerge = (id: number) => useChange(id, (path, merge) => http.post<Joined>(`${path}/merges/${merge}/undo`, {}));
