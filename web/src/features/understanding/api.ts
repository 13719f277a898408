/** Packs, versions, trainings, lines and reports of one account, and everything that changes them. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { ActiveModel, Audit, Batch, Example, ExampleList, Import, Job, Model, ModelList, Pack, Report, Understood } from "@/api/understanding";
import { isUnderWay } from "@/features/understanding/model";
import { useSayProblem } from "@/shared/hooks/problems";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

const POLL_MS = 700;

function usePath() {
  const { account } = useSession();
  return { account: account.id, path: (rest: string) => accountPath(account.id, `nlu/${rest}`) };
}

export function usePacks() {
  const { account, path } = usePath();
  return useQuery({
    queryKey: keys.understanding(account, "packs"),
    queryFn: async ({ signal }) => (await http.get<{ payload: Pack[] }>(path("packs"), undefined, signal)).payload,
  });
}

export function useModels(pack: string) {
  const { account, path } = usePath();
  return useQuery({
    queryKey: keys.understanding(account, "models", pack),
    queryFn: ({ signal }) => http.get<ModelList>(path("models"), { pack }, signal),
  });
}

/** The latest trainings; asked again and again while one is under way. */
export function useTrainings(pack: string) {
  const { account, path } = usePath();
  return useQuery({
    queryKey: keys.understanding(account, "jobs", pack),
    queryFn: async ({ signal }) => (await http.get<{ payload: Job[] }>(path("jobs"), { pack }, signal)).payload,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? POLL_MS : false),
  });
}

/** All that is known of understanding is asked afresh. */
export function useRefresh() {
  const { account } = usePath();
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.understanding(account) });
}

/** A change; afterwards everything shown is fresh. It says its own errors unless told not to. */
function useAct<Input, Output>(act: (path: (rest: string) => string, input: Input) => Promise<Output>, isQuiet = false) {
  const { path } = usePath();
  const refresh = useRefresh();
  const say = useSayProblem();
  return useMutation({
    mutationFn: (input: Input) => act(path, input),
    onSettled: () => void refresh(),
    onError: (error) => {
      if (!isQuiet) say(error);
    },
  });
}

export const useTrain = () => useAct((path, pack: string) => http.post<Job>(path("models"), { pack }));
export const useCancelTraining = () => useAct((path, job: number) => http.post<Job>(path(`jobs/${job}/cancel`), {}));
export const usePromote = () =>
  useAct((path, { id, reason }: { id: number; reason?: string }) =>
    http.post<Model>(path(`models/${id}/promote`), reason === undefined ? {} : { force: true, reason }),
  );
export const useRollback = () => useAct((path, pack: string) => http.post<{ active: ActiveModel }>(path("models/rollback"), { pack }));
export const useRemoveModel = () => useAct((path, id: number) => http.delete<undefined>(path(`models/${id}`)));
export const useAddExample = (isQuiet = false) =>
  useAct((path, form: { pack: string; intent: string; text: string }) => http.post<Example>(path("examples"), form), isQuiet);
export const useRemoveExample = () => useAct((path, id: number) => http.delete<undefined>(path(`examples/${id}`)));
export const useRemoveBatch = () => useAct((path, batch: string) => http.delete<{ removed: number }>(path(`batches/${batch}`)));

export interface ExampleFilter {
  pack: string;
  intent: string | null;
  batch: string | null;
  q: string;
}

export function useExamples(filter: ExampleFilter) {
  const { account, path } = usePath();
  return useInfiniteQuery({
    queryKey: keys.understanding(account, "examples", filter.pack, filter.intent, filter.batch, filter.q),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<ExampleList>(path("examples"), { ...filter, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useBatches(pack: string) {
  const { account, path } = usePath();
  return useQuery({
    queryKey: keys.understanding(account, "batches", pack),
    queryFn: async ({ signal }) => (await http.get<{ payload: Batch[] }>(path("batches"), { pack }, signal)).payload,
  });
}

/** Look at a file, or take it in. */
export function useImport() {
  const { path } = usePath();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ pack, file, isDryRun }: { pack: string; file: File; isDryRun: boolean }) => {
      const form = new FormData();
      form.append("file", file, file.name);
      form.append("pack", pack);
      form.append("dry_run", String(isDryRun));
      return http.post<Import>(path("examples/import"), form);
    },
    onSuccess: (found) => {
      if (!found.dry_run) void refresh();
    },
  });
}

export function useAudit(pack: string) {
  const { account, path } = usePath();
  return useQuery({
    queryKey: keys.understanding(account, "audit", pack),
    queryFn: ({ signal }) => http.get<Audit>(path("audit"), { pack }, signal),
  });
}

export function useReport(model: number) {
  const { account, path } = usePath();
  return useQuery({
    queryKey: keys.understanding(account, "report", model),
    queryFn: ({ signal }) => http.get<Report>(path(`models/${model}/report`), undefined, signal),
    staleTime: Infinity,
  });
}

export function useTry() {
  const { path } = usePath();
  return useMutation({
    mutationFn: (form: { pack: string; text: string; model_id: number | null }) => http.post<Understood>(path("try"), form),
  });
}
