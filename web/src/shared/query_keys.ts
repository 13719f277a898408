/** Every cache key in one place, so that live events and hooks mean the same thing. */
import type { QueryClient } from "@tanstack/react-query";

export type Tab = "mine" | "unassigned" | "all" | "bot";

export interface Filters {
  tab: Tab;
  status: string;
  inbox: number | null;
  label: string | null;
  q: string;
}

export const keys = {
  me: ["me"] as const,
  conversations: (account: number) => [account, "conversations"] as const,
  conversationList: (account: number, filters: Filters) => [account, "conversations", "list", filters] as const,
  messageHits: (account: number, q: string) => [account, "message_hits", q] as const,
  conversation: (account: number, id: number) => [account, "conversation", id] as const,
  messages: (account: number, id: number) => [account, "messages", id] as const,
  trace: (account: number, id: number, message: number) => [account, "trace", id, message] as const,
  original: (account: number, id: number, message: number) => [account, "original", id, message] as const,
  draft: (account: number, id: number) => [account, "draft", id] as const,
  business: (account: number, id: number) => [account, "business", id] as const,
  contacts: (account: number, q: string) => [account, "contacts", q] as const,
  contact: (account: number, id: number) => [account, "contact", id] as const,
  ways: (account: number, contact: number) => [account, "ways", contact] as const,
  contactConversations: (account: number, id: number) => [account, "contact_conversations", id] as const,
  reference: (account: number, name: string) => [account, "reference", name] as const,
  deliveries: (account: number, status: string) => [account, "deliveries", status] as const,
  understanding: (account: number, ...what: (string | number | null)[]) => [account, "understanding", ...what] as const,
  flows: (account: number, ...what: (string | number | null)[]) => [account, "flows", ...what] as const,
  languageModel: (account: number) => [account, "language_model"] as const,
  knowledge: (account: number, ...what: (string | number | null)[]) => [account, "knowledge", ...what] as const,
  tokens: (account: number) => [account, "tokens"] as const,
};

export type Cache = QueryClient;
