/** Contacts: one, their conversations, changes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountPath, http } from "@/api/http";
import type { ContactView, ConversationView, Json } from "@/api/views";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

interface Paged<T> {
  payload?: T[];
  data?: { payload?: T[] };
}

function rowsOf<T>(page: Paged<T> | T[]): T[] {
  return Array.isArray(page) ? page : (page.payload ?? page.data?.payload ?? []);
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
  company_id?: number | null;
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
