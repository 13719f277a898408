/** An account's flows and wording: read, checked, drawn, tried, saved, published and taken back. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Drawing, EditorNames, Fault, PackFile, PackState, PackVersion, Talks, TrialTurn, VersionFiles } from "@/api/flows";
import { accountPath, http, ProblemError, withQuery } from "@/api/http";
import type { Pack } from "@/api/understanding";
import type { Locale } from "@/api/views";
import { LOCALE_OF_PACK } from "@/features/flows/model";
import { useSayProblem } from "@/shared/hooks/problems";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

function usePath(pack: string) {
  const { account } = useSession();
  return { account: account.id, path: (rest = "") => accountPath(account.id, `packs/${pack}${rest}`) };
}

export function usePacks() {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.understanding(account.id, "packs"),
    queryFn: async ({ signal }) => (await http.get<{ payload: Pack[] }>(accountPath(account.id, "nlu/packs"), undefined, signal)).payload,
  });
}

export function usePackState(pack: string) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "state"),
    queryFn: ({ signal }) => http.get<PackState>(path(), undefined, signal),
  });
}

export function usePackFile(pack: string, file: string) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "file", file),
    queryFn: ({ signal }) => http.get<PackFile>(path("/file"), { path: file }, signal),
    enabled: file !== "",
  });
}

/** The faults of the draft with this text in the place of one of its files. */
export function useFaults(pack: string, file: string, text: string | null) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "check", file, text),
    queryFn: () => http.post<{ faults: Fault[] }>(path("/check"), { files: { [file]: text } }),
    select: ({ faults }) => faults,
    enabled: text !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 60_000,
  });
}

export function useDrawing(pack: string, text: string | null, locale: Locale) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "drawing", locale, text),
    queryFn: () => http.post<Drawing>(withQuery(path("/drawing"), { locale: LOCALE_OF_PACK[locale] }), { text }),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

export function useEditorNames(pack: string) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "schema"),
    queryFn: ({ signal }) => http.get<EditorNames>(path("/schema"), undefined, signal),
    staleTime: Infinity,
  });
}

export function useVersions(pack: string) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "versions"),
    queryFn: async ({ signal }) => (await http.get<{ payload: PackVersion[] }>(path("/versions"), undefined, signal)).payload,
  });
}

export function useVersionFiles(pack: string, version: number | null) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "version", version),
    queryFn: ({ signal }) => http.get<VersionFiles>(path(`/versions/${version}`), undefined, signal),
    enabled: version !== null,
  });
}

/** A change of the pack: its answer is the new state, and everything else is asked afresh. */
function useAct<Input>(pack: string, act: (path: (rest?: string) => string, input: Input) => Promise<PackState | undefined>, isSaid: (error: unknown) => boolean = () => true) {
  const { account, path } = usePath(pack);
  const client = useQueryClient();
  const say = useSayProblem();
  return useMutation({
    mutationFn: (input: Input) => act(path, input),
    onSuccess: (state) => {
      if (state) client.setQueryData(keys.flows(account, pack, "state"), state);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.flows(account, pack), predicate: ({ queryKey }) => !CHEAP.has(String(queryKey[3])) }),
    onError: (error) => {
      if (isSaid(error)) say(error);
    },
  });
}

/** Sample conversations go otherwise: nothing to be said in passing, but to be looked at. */
export const isTalksFailing = (error: unknown) => error instanceof ProblemError && error.code === "pack_talks_failing";

/** How the sample conversations go with the draft; they were played a moment ago, so the answer is at hand. */
export function useTalks(pack: string, edition: number, isWanted: boolean) {
  const { account, path } = usePath(pack);
  return useQuery({
    queryKey: keys.flows(account, pack, "talks", edition),
    queryFn: () => http.post<Talks>(path("/talks"), {}),
    enabled: isWanted,
    gcTime: 0,
  });
}

const CHEAP = new Set(["check", "drawing", "schema"]); // named by the whole text: never stale

export const useSaveFile = (pack: string) =>
  useAct(pack, (path, body: { path: string; text: string | null; edition: number }) => http.put<PackState>(path("/file"), body));
export const usePublish = (pack: string) =>
  useAct(pack, (path, body: { edition: number; note: string; despite_failing: boolean }) => http.post<PackState>(path("/publish"), body), (error) => !isTalksFailing(error));
export const useUseVersion = (pack: string) =>
  useAct(pack, (path, version: number | null) => http.post<PackState>(path("/use"), { version_id: version }));
export const useDiscard = (pack: string) =>
  useAct(pack, (path, edition: number) => http.delete<undefined>(withQuery(path("/draft"), { edition })));

export interface Attempt {
  text: string;
  chosen: string | null;
  contact_id: number | null;
  state: TrialTurn["state"];
  files: Record<string, string | null>;
}

export function useTrial(pack: string) {
  const { path } = usePath(pack);
  return useMutation({ mutationFn: (attempt: Attempt) => http.post<TrialTurn>(path("/try"), attempt) });
}

export function useContactChoice(q: string) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.contacts(account.id, `choice:${q}`),
    queryFn: async ({ signal }) => (await http.get<{ payload: { id: number; name: string; identifier: string | null; phone_number: string | null }[] }>(accountPath(account.id, "contacts"), { q, limit: 20 }, signal)).payload,
    placeholderData: keepPreviousData,
  });
}
