/** Fields of the account's own, companies, segments and imports: what the server keeps, and how it is changed. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http, upload } from "@/api/http";
import type { components } from "@/api/schema";
import type { ContactView, Json } from "@/api/views";
import { useSession } from "@/shared/session";

type Schemas = components["schemas"];
export type Definition = Schemas["AttributeDefinitionView"];
export type AttributeModel = Definition["attribute_model"];
export type DisplayType = Definition["attribute_display_type"];
export type Company = Omit<Schemas["CompanyView"], "custom_attributes"> & { custom_attributes: Record<string, Json> };
export type Import = Schemas["ContactImportView"];
export type ImportRow = Schemas["ImportRowView"];
export type Verdict = ImportRow["verdict"];

export interface Condition {
  attribute_key: string;
  attribute_model: "standard" | "contact_attribute" | "company_attribute";
  filter_operator: string;
  values: (string | number | boolean)[];
}
export type Tree = Condition | { all: Tree[] } | { any: Tree[] };
export interface Segment {
  id: number;
  name: string;
  query: Tree;
}

interface Page<T> {
  payload: T[];
  meta: { next_cursor: string | null };
}

function usePath() {
  const { account } = useSession();
  return { id: account.id, path: (rest: string) => accountPath(account.id, rest) };
}

/** One thing is changed, and every list of this area is read anew. */
export function useRecordChange<T>() {
  const { id, path } = usePath();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, to, body }: { method: "post" | "patch" | "delete"; to: string; body?: unknown }) => http[method]<T>(path(to), body),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [id, "records"] }),
        client.invalidateQueries({ queryKey: [id, "contacts"] }),
        client.invalidateQueries({ queryKey: [id, "contact"] }),
      ]),
  });
}

export function useDefinitions(model: AttributeModel | null = null) {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "records", "fields"],
    queryFn: async ({ signal }) => (await http.get<{ payload: Definition[] }>(path("custom_attribute_definitions"), undefined, signal)).payload,
    select: (all) => (model === null ? all : all.filter(({ attribute_model: of }) => of === model)),
    staleTime: 60_000,
  });
}

export function useSegments() {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "records", "segments"],
    queryFn: async ({ signal }) => (await http.get<{ payload: Segment[] }>(path("custom_filters"), undefined, signal)).payload,
    staleTime: 60_000,
  });
}

export interface Counted {
  count: number;
  is_more: boolean;
}

/** How many contacts conditions fit now; null: conditions that are not whole yet. */
export function useCount(tree: Tree | null) {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "contacts", "count", tree],
    enabled: tree !== null,
    queryFn: async () => (await http.post<{ meta: Counted }>(`${path("contacts/filter")}?limit=1`, { query: tree })).meta,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export interface Chosen {
  q: string;
  segment: string | null;
  company?: number;
}

export function useContactPages({ q, segment, company }: Chosen) {
  const { id, path } = usePath();
  return useInfiniteQuery({
    queryKey: [id, "contacts", "pages", q, segment, company ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<ContactView>>(path("contacts"), { q, segment_id: segment, company_id: company, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: ({ meta }) => meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useCompanies(q: string) {
  const { id, path } = usePath();
  return useInfiniteQuery({
    queryKey: [id, "records", "companies", q],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => http.get<Page<Company>>(path("companies"), { q, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: ({ meta }) => meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useCompany(company: number) {
  const { id, path } = usePath();
  return useQuery({ queryKey: [id, "records", "company", company], queryFn: ({ signal }) => http.get<Company>(path(`companies/${company}`), undefined, signal) });
}

export function useCandidates(company: number) {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "records", "candidates", company],
    queryFn: async ({ signal }) => (await http.get<{ payload: ContactView[] }>(path(`companies/${company}/suggestions`), undefined, signal)).payload,
  });
}

export function useCompanySuggestion(contact: number, isWanted: boolean) {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "contact", contact, "company_suggestion"],
    enabled: isWanted,
    queryFn: ({ signal }) => http.get<{ company: Company | null; domain: string | null }>(path(`contacts/${contact}/company_suggestion`), undefined, signal),
  });
}

export const isRunning = (row: Import): boolean => row.status === "checking" || row.status === "importing" || row.status === "undoing";

export function useImports() {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "records", "imports"],
    queryFn: async ({ signal }) => (await http.get<{ payload: Import[] }>(path("contact_imports"), undefined, signal)).payload,
    refetchInterval: ({ state }) => (state.data?.some(isRunning) ? 1500 : false),
  });
}

export function useImport(number: number) {
  const { id, path } = usePath();
  return useQuery({
    queryKey: [id, "records", "import", number],
    queryFn: ({ signal }) => http.get<Import>(path(`contact_imports/${number}`), undefined, signal),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? 800 : false),
  });
}

export function useImportRows(row: Import, verdict: Verdict | null) {
  const { id, path } = usePath();
  return useInfiniteQuery({
    queryKey: [id, "records", "import", row.id, "rows", row.status, row.mapping, verdict],
    enabled: !isRunning(row),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => http.get<Page<ImportRow>>(path(`contact_imports/${row.id}/rows`), { verdict, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: ({ meta }) => meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useUploadContacts(onProgress: (part: number) => void) {
  const { id, path } = usePath();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => upload<Import>(path("contact_imports"), file, onProgress, new AbortController().signal),
    onSuccess: () => client.invalidateQueries({ queryKey: [id, "records", "imports"] }),
  });
}

/** Addresses of files, which the browser itself fetches. */
export function useFileLinks() {
  const { path } = usePath();
  return {
    exported: (segment: string | null, language: string) => `${path("contacts/export")}?language=${language}${segment ? `&segment_id=${segment}` : ""}`,
    refused: (number: number) => path(`contact_imports/${number}/refused`),
  };
}
