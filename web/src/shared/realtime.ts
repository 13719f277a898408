/** Typed live event → cache update: one switch, exhaustive. Data is always the row's present view, so we upsert. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type {
  Availability,
  ContactView,
  ConversationPage,
  ConversationView,
  MessageView,
  Named,
} from "@/api/views";
import { isStale, upsertRow } from "@/shared/inbox_order";
import { holeAfter, upsertMessage, type MessageLog } from "@/shared/message_log";
import { usePresence } from "@/shared/presence";
import { keys, type Filters } from "@/shared/query_keys";

interface Typing {
  conversation_id: number;
  user: { type: string; id: number | null; name: string | null };
  is_private: boolean;
}

export type StreamEvent =
  | { event: "conversation.created" | "conversation.updated"; data: ConversationView }
  | { event: "message.created" | "message.updated"; data: MessageView & { conversation?: ConversationView } }
  | { event: "conversation.typing_on" | "conversation.typing_off"; data: Typing }
  | { event: "conversation.viewing"; data: { conversation_id: number; users: Named[] } }
  | { event: "presence.update"; data: { users: Record<string, Availability> } }
  | { event: "contact.updated"; data: ContactView }
  | { event: ReferenceKind; data: unknown };

type ReferenceKind =
  | `label.${"created" | "updated" | "deleted"}`
  | `canned_response.${"created" | "updated" | "deleted"}`
  | "inbox.updated";

export interface Desk {
  client: QueryClient;
  account: number;
  me: number;
  now: () => number;
}

/** Put one conversation into every cache that shows it. */
export function storeConversation({ client, account, me }: Desk, news: ConversationView): void {
  const key = keys.conversation(account, news.id);
  client.setQueryData<ConversationView>(key, (known) => (known && isStale(known, news) ? known : news));
  const lists = client.getQueriesData<InfiniteData<ConversationPage>>({
    queryKey: [...keys.conversations(account), "list"],
  });
  for (const [listKey, pages] of lists) {
    if (pages) client.setQueryData(listKey, placeInPages(pages, news, listKey[3] as Filters, me));
  }
}

/** The pages as one list with the row in its place, cut again where they were cut. */
export function placeInPages(
  data: InfiniteData<ConversationPage>,
  news: ConversationView,
  filters: Filters,
  me: number,
): InfiniteData<ConversationPage> {
  const rows = data.pages.flatMap((page) => page.data.payload);
  const next = upsertRow(rows, news, filters, me);
  if (next === rows) return data;
  const tail = rows.at(-1);
  const isOlderThanLoaded = tail && next.at(-1)?.id === news.id && !rows.some((row) => row.id === news.id);
  if (isOlderThanLoaded && data.pages.at(-1)?.data.meta.next_cursor) return data;
  let start = 0;
  const pages = data.pages.map((page, index) => {
    const isLast = index === data.pages.length - 1;
    const end = isLast ? next.length : Math.min(next.length, start + page.data.payload.length);
    const payload = next.slice(start, end);
    start = end;
    return { ...page, data: { ...page.data, payload } };
  });
  return { ...data, pages };
}

/** Put one message into the open log, and ask again when a seq is missing before it. */
export function storeMessage({ client, account }: Desk, news: MessageView): void {
  const key = keys.messages(account, news.conversation_id);
  const log = client.getQueryData<MessageLog>(key);
  if (!log) return;
  const messages = upsertMessage(log.messages, news);
  client.setQueryData<MessageLog>(key, { ...log, messages });
  if (holeAfter(messages) !== null) void client.invalidateQueries({ queryKey: key });
}

export function applyEvent(desk: Desk, frame: StreamEvent): void {
  const { client, account } = desk;
  switch (frame.event) {
    case "conversation.created":
    case "conversation.updated":
      return storeConversation(desk, frame.data);
    case "message.created":
    case "message.updated": {
      const { conversation, ...message } = frame.data;
      storeMessage(desk, message);
      if (conversation) storeConversation(desk, conversation);
      const { type, id, name } = message.sender;
      return usePresence.getState().setTyping(message.conversation_id, { type, id, name }, false, desk.now());
    }
    case "conversation.typing_on":
    case "conversation.typing_off": {
      const isMe = frame.data.user.type === "user" && frame.data.user.id === desk.me;
      const on = frame.event === "conversation.typing_on" && !isMe;
      return usePresence.getState().setTyping(frame.data.conversation_id, frame.data.user, on, desk.now());
    }
    case "conversation.viewing":
      return usePresence.getState().setViewing(frame.data.conversation_id, frame.data.users);
    case "presence.update":
      return usePresence.getState().setAvailability(frame.data.users);
    case "contact.updated":
      for (const part of ["identities", "suggestions"]) void client.invalidateQueries({ queryKey: [...keys.contact(account, frame.data.id), part] });
      return client.setQueryData(keys.contact(account, frame.data.id), frame.data) as undefined;
    case "label.created":
    case "label.updated":
    case "label.deleted":
      return refetchReference(desk, "labels");
    case "canned_response.created":
    case "canned_response.updated":
    case "canned_response.deleted":
      return refetchReference(desk, "canned_responses");
    case "inbox.updated":
      return refetchReference(desk, "inboxes");
    default:
      return ignoreUnknown(frame);
  }
}

/** The compiler proves that nothing known gets here; a newer server may still send more. */
function ignoreUnknown(_frame: never): void {
  return undefined;
}

function refetchReference({ client, account }: Desk, name: string): void {
  void client.invalidateQueries({ queryKey: keys.reference(account, name) });
}
