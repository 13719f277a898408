/** Small lists that every feature reads: people, teams, labels, inboxes, canned responses. */
import { useQuery } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { InboxHealth } from "@/api/channel_operations";
import type { InboxView } from "@/api/set_up";
import type { Agent, CannedResponse, Label, Team } from "@/api/views";
import { keys } from "@/shared/query_keys";
import { isAtLeast, useSession } from "@/shared/session";

/** Lists come bare or as {payload}: both are a list here. */
export function listOf<T>(answer: T[] | { payload: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.payload;
}

function useReference<T>(name: string) {
  const account = useSession().account.id;
  return useQuery({
    queryKey: keys.reference(account, name),
    queryFn: async ({ signal }) =>
      listOf(await http.get<T[] | { payload: T[] }>(accountPath(account, name), undefined, signal)),
    staleTime: 5 * 60_000,
  });
}

export const useAgents = () => useReference<Agent>("agents");
export const useTeams = () => useReference<Team>("teams");
export const useLabels = () => useReference<Label>("labels");
export const useInboxes = () => useReference<InboxView>("inboxes");
export const useCannedResponses = () => useReference<CannedResponse>("canned_responses");

/** How inboxes do, for supervisors and up; looked at again every minute. */
export function useInboxHealth() {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.deliveries(account.id, "health"),
    enabled: isAtLeast(account.role, "supervisor"),
    refetchInterval: 60_000,
    queryFn: async ({ signal }) => listOf(await http.get<{ payload: InboxHealth[] }>(accountPath(account.id, "inbox_health"), undefined, signal)),
  });
}
