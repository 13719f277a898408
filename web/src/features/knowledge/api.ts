/** Articles, gaps, answers and the help centre of one account, and everything that changes them. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type {
  Answer, Article, ArticleDetail, ArticleForm, ArticleList, ArticlePatch, Facets, Gap, HelpCentre, HelpCentreForm, KnowledgeImport, Preview, Version,
} from "@/api/knowledge";
import type { ArticleFilter } from "@/features/knowledge/filters";
import { portionsOf } from "@/features/knowledge/model";
import { useSayProblem } from "@/shared/hooks/problems";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

export function useKnowledgePath() {
  const { account } = useSession();
  return { account: account.id, path: (rest: string) => accountPath(account.id, `knowledge/${rest}`) };
}

export function useArticles(filter: ArticleFilter) {
  const { account, path } = useKnowledgePath();
  return useInfiniteQuery({
    queryKey: keys.knowledge(account, "articles", ...Object.values(filter)),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => http.get<ArticleList>(path("articles"), { ...filter, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useArticle(id: number) {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "article", id),
    queryFn: ({ signal }) => http.get<ArticleDetail>(path(`articles/${id}`), undefined, signal),
  });
}

export function useVersions(id: number) {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "versions", id),
    queryFn: async ({ signal }) => (await http.get<{ payload: Version[] }>(path(`articles/${id}/versions`), undefined, signal)).payload,
  });
}

/** How words look to readers; kept on screen while the next ones are on their way. */
export function usePreview(title: string, body: string, isWanted = true) {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "preview", title, body),
    queryFn: () => http.post<Preview>(path("preview"), { title, body }),
    enabled: isWanted && body.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
  });
}

export function useFacets() {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "facets"),
    queryFn: ({ signal }) => http.get<Facets>(path("facets"), undefined, signal),
  });
}

export function useGaps() {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "gaps"),
    queryFn: async ({ signal }) => (await http.get<{ payload: Gap[] }>(path("gaps"), undefined, signal)).payload,
  });
}

export function useHelpCentre() {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "help_centre"),
    queryFn: ({ signal }) => http.get<HelpCentre>(path("help_centre"), undefined, signal),
  });
}

/** All that is known of knowledge is asked afresh. */
export function useRefreshKnowledge() {
  const { account } = useSession();
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.knowledge(account.id) });
}

/** A change; afterwards everything shown is fresh. It says its own errors unless told not to. */
export function useKnowledgeChange<Input, Output>(act: (path: (rest: string) => string, input: Input) => Promise<Output>, isQuiet = false) {
  const { path } = useKnowledgePath();
  const refresh = useRefreshKnowledge();
  const say = useSayProblem();
  return useMutation({
    mutationFn: (input: Input) => act(path, input),
    onSettled: () => void refresh(),
    onError: (error) => {
      if (!isQuiet) say(error);
    },
  });
}

export const useCreateArticle = () => useKnowledgeChange((path, form: ArticleForm) => http.post<ArticleDetail>(path("articles"), form), true);
export const useChangeArticle = (isQuiet = false) =>
  useKnowledgeChange((path, { id, ...patch }: ArticlePatch & { id: number }) => http.patch<ArticleDetail>(path(`articles/${id}`), patch), isQuiet);
export const useArchive = () =>
  useKnowledgeChange((path, { ids, archived }: { ids: number[]; archived: boolean }) =>
    Promise.all(ids.map((id) => http.post<Article>(path(`articles/${id}/archive`), { archived }))),
  );
export const useCloseGap = () =>
  useKnowledgeChange((path, { id, closed }: { id: number; closed: boolean }) => http.post<Gap>(path(`gaps/${id}/close`), { closed }));
export const useSetHelpCentre = () => useKnowledgeChange((path, form: HelpCentreForm) => http.put<HelpCentre>(path("help_centre"), form), true);

export function useAsk() {
  const { path } = useKnowledgePath();
  return useMutation({ mutationFn: (form: { question: string; as_staff: boolean }) => http.post<Answer>(path("answer"), form) });
}

interface ImportInput {
  files: File[];
  isDryRun: boolean;
  onProgress: (part: number) => void;
}

/** Look at files, or take them in, portion after portion; a portion is kept whole or not at all. */
export function useImportFiles() {
  const { path } = useKnowledgePath();
  const refresh = useRefreshKnowledge();
  return useMutation({
    mutationFn: async ({ files, isDryRun, onProgress }: ImportInput) => {
      const found: KnowledgeImport[] = [];
      let done = 0;
      onProgress(0);
      for (const portion of portionsOf(files)) {
        const form = new FormData();
        for (const file of portion) form.append("files", file, file.name);
        form.append("dry_run", String(isDryRun));
        found.push(await http.post<KnowledgeImport>(path("import"), form));
        done += portion.length;
        onProgress(done / files.length);
      }
      return found;
    },
    onSettled: (_found, _error, { isDryRun }) => {
      if (!isDryRun) void refresh();
    },
  });
}
