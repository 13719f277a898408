/** Signing in and out, and who I am. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http, ProblemError } from "@/api/http";
import type { Availability, MeView, UiSettings } from "@/api/views";
import { adopt, savePreference } from "@/shared/preferences";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

/** Null when nobody is signed in. */
export function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: async () => {
      try {
        const me = await http.get<MeView>("/auth/me");
        await adopt(me);
        return me;
      } catch (error) {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: { email: string; password: string } | { token: string }) =>
      http.post("token" in credentials ? "/auth/sign_in_token" : "/auth/sign_in", credentials),
    onSuccess: () => client.refetchQueries({ queryKey: keys.me }),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => http.post("/auth/sign_out"),
    onSettled: () => {
      client.clear();
      window.location.hash = "#/signin";
    },
  });
}

export function useAvailability() {
  const { account } = useSession();
  const client = useQueryClient();
  const store = (availability: Availability) =>
    client.setQueryData<MeView | null>(keys.me, (me) =>
      me && {
        ...me,
        accounts: me.accounts.map((known) => (known.id === account.id ? { ...known, availability } : known)),
      },
    );
  return useMutation({
    mutationFn: (availability: Availability) => http.put(accountPath(account.id, "profile/availability"), { availability }),
    onMutate: (availability) => {
      const before = account.availability;
      store(availability);
      return before;
    },
    onError: (_error, _availability, before) => before && store(before),
  });
}

/** Change a preference here at once and keep it with the user. */
export function useSavePreference() {
  const client = useQueryClient();
  return async (change: UiSettings) => {
    const me = client.getQueryData<MeView | null>(keys.me);
    if (me) client.setQueryData<MeView>(keys.me, { ...me, user: { ...me.user, ui_settings: { ...me.user.ui_settings, ...change } } });
    await savePreference(change, me?.user.ui_settings ?? null);
  };
}
