/** Web sites that are read: progress, pages, and keeping pages as articles. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { http } from "@/api/http";
import type { Audience, KeptPages, Site, SitePageDetail, SitePageList } from "@/api/knowledge";
import { useKnowledgeChange, useKnowledgePath } from "@/features/knowledge/api";
import { keys } from "@/shared/query_keys";

const POLL_MS = 1_000;

export const isAtWork = ({ status }: Pick<Site, "status">): boolean => status === "waiting" || status === "running";

/** The sites; asked again and again while one is being read. */
export function useSites() {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "sites"),
    queryFn: async ({ signal }) => (await http.get<{ payload: Site[] }>(path("sites"), undefined, signal)).payload,
    refetchInterval: ({ state }) => (state.data?.some(isAtWork) ? POLL_MS : false),
  });
}

export function useSitePages(site: Site, change: string | null) {
  const { account, path } = useKnowledgePath();
  return useInfiniteQuery({
    // What was read so far is part of the key: pages appear while the site is read.
    queryKey: keys.knowledge(account, "pages", site.id, site.run, site.status, Math.floor(site.pages_read / 10), change),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => http.get<SitePageList>(path(`sites/${site.id}/pages`), { change, cursor: pageParam, limit: 100 }, signal),
    getNextPageParam: (last) => last.meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useSitePage(site: number, page: number) {
  const { account, path } = useKnowledgePath();
  return useQuery({
    queryKey: keys.knowledge(account, "page", site, page),
    queryFn: ({ signal }) => http.get<SitePageDetail>(path(`sites/${site}/pages/${page}`), undefined, signal),
  });
}

export interface NewSite {
  start_url: string;
  max_pages: number;
  max_depth: number;
}

export const useAddSite = () => useKnowledgeChange((path, form: NewSite) => http.post<Site>(path("sites"), form), true);
export const useReadSite = () => useKnowledgeChange((path, id: number) => http.post<Site>(path(`sites/${id}/read`)));
export const useCancelSite = () => useKnowledgeChange((path, id: number) => http.post<Site>(path(`sites/${id}/cancel`)));
export const useRemoveSite = () => useKnowledgeChange((path, id: number) => http.delete<undefined>(path(`sites/${id}`)));

/** Keep chosen pages, a portion at a time. */
export const useKeepPages = () =>
  useKnowledgeChange(async (path, { site, pages, audience, category }: { site: number; pages: number[]; audience: Audience; category: string }) => {
    const found: KeptPages = { articles: [], archived: 0 };
    for (let start = 0; start < pages.length; start += 50) {
      const body = { page_ids: pages.slice(start, start + 50), audience, category };
      const kept = await http.post<KeptPages>(path(`sites/${site}/keep`), body);
      found.articles.push(...kept.articles);
      found.archived += kept.archived;
    }
    return found;
  });
