/** Reading conversations: lists by keyset, one conversation, its messages, drafts, traces. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from "@tanstack/react-query";
import { accountPath, http, type Query } from "@/api/http";
import type { FoundMessages } from "@/api/search_views";
import type { ConversationPage, ConversationView, Draft, MailOriginal, MessagePage, Trace } from "@/api/views";
import { isSearchable } from "@/features/conversations/excerpt";
import { upsertRow } from "@/shared/inbox_order";
import { joinNewest, upsertMessage, upsertMessages, type MessageLog } from "@/shared/message_log";
import { keys, type Filters } from "@/shared/query_keys";
import { eventsAfter } from "@/shared/recent_events";
import { useSession } from "@/shared/session";

const PAGE = 30;
const ASSIGNEE = { mine: "me", unassigned: "unassigned", all: "all", bot: "all" } as const;

export function listQuery(filters: Filters): Query {
  const status = filters.tab === "bot" ? "pending" : filters.status;
  return {
    assignee_type: ASSIGNEE[filters.tab],
    status: status === "all" ? null : status,
    owner: filters.tab === "bot" ? "bot" : null,
    inbox_id: filters.inbox,
    labels: filters.label,
    q: filters.q,
  };
}

/** A page brought up to date with what the live line said after it was read. */
function withNews(page: ConversationPage, filters: Filters, me: number, isFirst: boolean): ConversationPage {
  let rows = page.data.payload;
  for (const { event, data } of eventsAfter(page.stream_cursor)) {
    if (event !== "conversation.created" && event !== "conversation.updated") continue;
    const news = data as ConversationView;
    if (isFirst || rows.some((row) => row.id === news.id)) rows = upsertRow(rows, news, filters, me);
  }
  return { ...page, data: { ...page.data, payload: rows } };
}

export function useConversationList(filters: Filters) {
  const { account, user } = useSession();
  return useInfiniteQuery({
    queryKey: keys.conversationList(account.id, filters),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...listQuery(filters), cursor: pageParam, limit: PAGE };
      const page = await http.get<ConversationPage>(accountPath(account.id, "conversations"), query, signal);
      return withNews(page, filters, user.id, pageParam === null);
    },
    getNextPageParam: (last) => last.data.meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** Messages that say what is searched for; nothing is asked for while no word has two characters. */
export function useMessageHits(q: string) {
  const { account } = useSession();
  return useInfiniteQuery({
    queryKey: keys.messageHits(account.id, q),
    enabled: isSearchable(q),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<FoundMessages>(accountPath(account.id, "search/messages"), { q, cursor: pageParam, limit: 20 }, signal),
    getNextPageParam: (last) => last.meta.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** Bounded counts behind the tabs. */
export function useCounts(filters: Filters) {
  const { account } = useSession();
  const wanted: Filters = { ...filters, tab: "all", q: "", status: filters.tab === "bot" ? "open" : filters.status };
  return useQuery({
    queryKey: [...keys.conversations(account.id), "counts", wanted],
    queryFn: ({ signal }) =>
      http.get<ConversationPage>(accountPath(account.id, "conversations"), { ...listQuery(wanted), limit: 1 }, signal),
    select: (page) => page.data.meta,
    placeholderData: keepPreviousData,
  });
}

function findInLists(client: QueryClient, account: number, id: number): ConversationView | undefined {
  const lists = client.getQueriesData<InfiniteData<ConversationPage>>({ queryKey: [...keys.conversations(account), "list"] });
  const rows = lists.flatMap(([, pages]) => pages?.pages.flatMap((page) => page.data.payload) ?? []);
  return rows.find((row) => row.id === id);
}

export function useConversation(id: number) {
  const { account } = useSession();
  const client = useQueryClient();
  return useQuery<ConversationView>({
    queryKey: keys.conversation(account.id, id),
    queryFn: async ({ signal }) => {
      const path = accountPath(account.id, `conversations/${id}`);
      const answer = await http.get<{ conversation: ConversationView; stream_cursor: number }>(path, undefined, signal);
      const news = eventsAfter(answer.stream_cursor).filter(({ event }) => event.startsWith("conversation.updated"));
      const later = news.map(({ data }) => data as ConversationView).filter((view) => view.id === id);
      return later.at(-1) ?? answer.conversation;
    },
    placeholderData: () => findInLists(client, account.id, id),
  });
}

const messagesPath = (account: number, id: number) => accountPath(account, `conversations/${id}/messages`);

export function useMessages(id: number) {
  const { account } = useSession();
  const client = useQueryClient();
  const key = keys.messages(account.id, id);
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const page = await http.get<MessagePage>(messagesPath(account.id, id), { limit: 50 }, signal);
      const log = joinNewest(client.getQueryData<MessageLog>(key), page.payload, page.has_more);
      let messages = log.messages;
      for (const { event, data } of eventsAfter(page.stream_cursor)) {
        if (event !== "message.created" && event !== "message.updated") continue;
        if (data.conversation_id === id) messages = upsertMessage(messages, data);
      }
      return { ...log, messages };
    },
    staleTime: 10_000,
  });
}

/** Fetch the page before the oldest message shown. */
export async function loadOlder(client: QueryClient, account: number, id: number): Promise<void> {
  const key = keys.messages(account, id);
  const first = client.getQueryData<MessageLog>(key)?.messages[0];
  if (!first) return;
  const page = await http.get<MessagePage>(messagesPath(account, id), { before: first.seq, limit: 50 });
  client.setQueryData<MessageLog>(key, (log) =>
    log && { messages: upsertMessages(log.messages, page.payload), has_more: page.has_more },
  );
}

export function useTrace(id: number, message: number | null) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.trace(account.id, id, message ?? 0),
    enabled: message !== null,
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      http.get<Trace>(accountPath(account.id, `conversations/${id}/messages/${message}/trace`), undefined, signal),
  });
}

export function useOriginal(id: number, message: number | null) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.original(account.id, id, message ?? 0),
    enabled: message !== null,
    staleTime: 5 * 60_000,
    retry: false,
    queryFn: ({ signal }) =>
      http.get<MailOriginal>(accountPath(account.id, `conversations/${id}/messages/${message}/original`), undefined, signal),
  });
}

export function fetchDraft(account: number, id: number): Promise<Draft | null> {
  return http.get<Draft | null>(accountPath(account, `conversations/${id}/draft`));
}
