/** Writing first to a customer: by which ways they can be reached, what is half written, and sending it once. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { accountPath, http } from "@/api/http";
import type { ContactView, ConversationView, Way } from "@/api/views";
import { newEcho } from "@/shared/echo";
import { keys } from "@/shared/query_keys";
import { listOf } from "@/shared/reference";
import { useSession } from "@/shared/session";

export interface FirstMessage {
  contact: number;
  way: Way;
  subject: string;
  content: string;
  attachments: string[];
  template: { name: string; language: string; parameters: string[] } | null;
}

/** What is half written; it outlasts the dialog and a reload, not the tab. */
export interface Half {
  way: string | null;
  subject: string;
  content: string;
}

const EMPTY: Half = { way: null, subject: "", content: "" };

export const keyOf = (way: Way): string => `${way.inbox_id} ${way.source_id}`;

/** The way to begin with: what was chosen, else the first that takes words, else one that takes a template. */
export function wayOf(ways: Way[], chosen: string | null): Way | null {
  const possible = ways.filter(({ state }) => state !== "closed");
  return possible.find((way) => keyOf(way) === chosen) ?? possible.find(({ state }) => state === "open") ?? possible[0] ?? null;
}

export function useWays(contact: number | null) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.ways(account.id, contact ?? 0),
    enabled: contact !== null,
    staleTime: 0,
    queryFn: async ({ signal }) =>
      listOf(await http.get<{ payload: Way[] }>(accountPath(account.id, `contacts/${contact}/contactable_inboxes`), undefined, signal)),
  });
}

export function useGivenContact(contact: number | null) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.contact(account.id, contact ?? 0),
    enabled: contact !== null,
    queryFn: ({ signal }) => http.get<ContactView>(accountPath(account.id, `contacts/${contact}`), undefined, signal),
  });
}

export function useFoundContacts(q: string, isWanted: boolean) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.contacts(account.id, `begin ${q}`),
    enabled: isWanted,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      listOf(await http.get<{ payload: ContactView[] }>(accountPath(account.id, "contacts"), { q, limit: 20 }, signal)),
  });
}

/** Send it; until the server has answered, another try is the same message. */
export function useBegin() {
  const { account } = useSession();
  const client = useQueryClient();
  const echo = useRef(newEcho());
  return useMutation({
    mutationFn: ({ contact, way, subject, content, attachments, template }: FirstMessage) =>
      http.post<ConversationView>(accountPath(account.id, "conversations"), {
        contact_id: contact,
        inbox_id: way.inbox_id,
        source_id: way.source_id,
        subject,
        message: { content, echo_id: echo.current, attachment_ids: attachments, ...(template ? { template } : {}) },
      }),
    onSuccess: (view, { contact }) => {
      echo.current = newEcho();
      client.setQueryData(keys.conversation(account.id, view.id), view);
      void client.invalidateQueries({ queryKey: keys.contactConversations(account.id, contact) });
      void client.invalidateQueries({ queryKey: keys.conversations(account.id) });
    },
  });
}

/** The half-written message to a customer. */
export function useHalf(contact: number | null): [Half, (change: Partial<Half>) => void, () => void] {
  const { account, user } = useSession();
  const name = `kaitak.begin.${account.id}.${user.id}.${contact ?? 0}`;
  const [half, setHalf] = useState<Half>(() => read(name));
  useEffect(() => {
    if (half.content || half.subject) sessionStorage.setItem(name, JSON.stringify(half));
    else sessionStorage.removeItem(name);
  }, [name, half]);
  const change = (part: Partial<Half>) => setHalf((before) => ({ ...before, ...part }));
  const clear = () => {
    sessionStorage.removeItem(name);
    setHalf(EMPTY);
  };
  return [half, change, clear];
}

function read(name: string): Half {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(name) ?? "{}") as Partial<Half>) };
  } catch {
    return EMPTY;
  }
}
