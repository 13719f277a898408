/** Contacts: one, a searchable list, their conversations. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, keepPreviousData } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { ContactView, ConversationView, Json } from "@/api/views";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

interface Paged<T> {
  payload?: T[];
  data?: { payload?: T[]; meta?: { next_cursor: string | null } };
  meta?: { next_cursor: string | null };
}

export function rowsOf<T>(page: Paged<T> | T[]): T[] {
  return Array.isArray(page) ? page : (page.payload ?? page.data?.payload ?? []);
}

function nextOf<T>(page: Paged<T> | T[]): string | null {
  return Array.isArray(page) ? null : (page.meta?.next_cursor ?? page.data?.meta?.next_cursor ?? null);
}

export function useContacts(q: string) {
  const { account } = useSession();
  return useInfiniteQuery({
    queryKey: keys.contacts(account.id, q),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      http.get<Paged<ContactView>>(accountPath(account.id, "contacts"), { q, cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });
}

export function useContact(id: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.contact(account.id, id),
    queryFn: ({ signal }) => http.get<ContactView>(accountPath(account.id, `contacts/${id}`), undefined, signal),
  });
}

export function useContactConversations(id: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.contactConversations(account.id, id),
    queryFn: async ({ signal }) =>
      rowsOf(await http.get<Paged<ConversationView>>(accountPath(account.id, `contacts/${id}/conversations`), undefined, signal)),
  });
}

export interface ContactChange {
  name?: string;
  email?: string | null;
  phone_number?: string | null;
  custom_attributes?: Record<string, Json>;
}

export function useChangeContact(id: number) {
  const { account } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ContactChange) => http.patch<ContactView>(accountPath(account.id, `contacts/${id}`), change),
    onSuccess: (view) => {
      client.setQueryData(keys.contact(account.id, id), view);
      void client.invalidateQueries({ queryKey: keys.conversations(account.id) });
    },
  });
}
