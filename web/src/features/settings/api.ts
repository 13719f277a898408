/** Set-up data: one hook to change a thing and have the list fresh again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { AccessToken, ChannelView } from "@/api/set_up";
import { useSayProblem } from "@/shared/hooks/problems";
import { keys } from "@/shared/query_keys";
import { listOf } from "@/shared/reference";
import { useSession } from "@/shared/session";

export type Method = "post" | "patch" | "delete";

interface Change {
  method: Method;
  path: string;
  body?: unknown;
}

/** Change one thing of a reference list ("labels", "teams" …); says its own errors unless told not to. */
export function useChange<T>(list: string, isQuiet = false) {
  const { account } = useSession();
  const client = useQueryClient();
  const say = useSayProblem();
  return useMutation({
    mutationFn: ({ method, path, body }: Change) => http[method]<T>(accountPath(account.id, path), body),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.reference(account.id, list) });
      if (list === "access_tokens") void client.invalidateQueries({ queryKey: keys.tokens(account.id) });
      if (list === "account") void client.invalidateQueries({ queryKey: keys.me });
    },
    onError: (error) => {
      if (!isQuiet) say(error);
    },
  });
}

/** Ask the channel's platform whether it accepts a set-up; nothing is saved. */
export function useCheck() {
  const { account } = useSession();
  return useMutation({
    mutationFn: (body: { channel: string | undefined; config: Record<string, unknown>; inbox_id?: number }) =>
      http.post<{ account_name: string }>(accountPath(account.id, "inboxes/check"), body),
  });
}

export function useChannels(isEnabled: boolean) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.reference(account.id, "channels"),
    enabled: isEnabled,
    queryFn: async ({ signal }) =>
      listOf(await http.get<ChannelView[] | { payload: ChannelView[] }>(accountPath(account.id, "channels"), undefined, signal)),
    staleTime: Infinity,
  });
}

export function useTokens() {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.tokens(account.id),
    queryFn: async ({ signal }) =>
      listOf(await http.get<AccessToken[] | { payload: AccessToken[] }>(accountPath(account.id, "access_tokens"), undefined, signal)),
  });
}
