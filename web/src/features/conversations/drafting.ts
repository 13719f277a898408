/** The draft: typed here, kept on the server a moment later, restored anywhere. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type RefObject } from "react";
import { accountPath, http } from "@/api/http";
import type { Draft } from "@/api/views";
import { fetchDraft } from "@/features/conversations/api";
import { draftOf } from "@/features/conversations/model";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";

const WAIT_MS = 800;

export function useStoredDraft(id: number) {
  const { account } = useSession();
  return useQuery({
    queryKey: keys.draft(account.id, id),
    queryFn: () => fetchDraft(account.id, id),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Save after a pause, and when the page or the conversation is left. */
export function useSaveDraft(id: number, text: string, isPrivate: boolean, isReady: boolean) {
  const { account } = useSession();
  const path = accountPath(account.id, `conversations/${id}/draft`);
  const saved = useRef<string | null>(null);
  const latest = useRef<Draft | null>(null);
  const ready = useRef(isReady);
  useEffect(() => {
    latest.current = draftOf(text, isPrivate);
    if (isReady && !ready.current) saved.current = JSON.stringify(latest.current);
    ready.current = isReady;
  });
  useEffect(() => {
    const wait = setTimeout(() => flush(path, ready.current, latest.current, saved), WAIT_MS);
    return () => clearTimeout(wait);
  }, [text, isPrivate, path]);
  useEffect(() => {
    const leave = () => flush(path, ready.current, latest.current, saved);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [path]);
}

function flush(path: string, isReady: boolean, draft: Draft | null, saved: RefObject<string | null>): void {
  const wanted = JSON.stringify(draft);
  if (!isReady || wanted === saved.current) return;
  if (draft) http.beacon("PUT", path, draft);
  else http.beacon("DELETE", path);
  saved.current = wanted;
}
