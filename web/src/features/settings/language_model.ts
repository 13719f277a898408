/** The account's terms for the language model, what it used, and trying its endpoint out. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { LanguageModel, LanguageModelDay, LanguageModelForm } from "@/api/flows";
import { accountPath, http } from "@/api/http";
import { useSayProblem } from "@/shared/hooks/problems";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

function usePath() {
  const { account } = useSession();
  return { account: account.id, path: (rest = "") => accountPath(account.id, `language_model${rest}`) };
}

export function useLanguageModel() {
  const { account, path } = usePath();
  return useQuery({ queryKey: keys.languageModel(account), queryFn: ({ signal }) => http.get<LanguageModel>(path(), undefined, signal) });
}

export function useLanguageModelDays() {
  const { account, path } = usePath();
  return useQuery({
    queryKey: [...keys.languageModel(account), "days"],
    queryFn: async ({ signal }) => (await http.get<{ payload: LanguageModelDay[] }>(path("/usage"), { days: 31 }, signal)).payload,
  });
}

export function useChangeLanguageModel() {
  const { account, path } = usePath();
  const client = useQueryClient();
  const say = useSayProblem();
  return useMutation({
    mutationFn: (form: LanguageModelForm) => http.patch<LanguageModel>(path(), form),
    onSuccess: (model) => client.setQueryData(keys.languageModel(account), model),
    onError: say,
  });
}

export function useTestLanguageModel() {
  const { account, path } = usePath();
  const client = useQueryClient();
  const say = useSayProblem();
  return useMutation({
    mutationFn: () => http.post<{ outcome: string; took_ms: number; tokens: number }>(path("/test")),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.languageModel(account) }),
    onError: say,
  });
}
