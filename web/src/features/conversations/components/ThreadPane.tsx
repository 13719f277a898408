/** The conversation pane: header, banner, hand-over card, messages, composer. */
import { useEffect, useState } from "react";
import { accountPath, http } from "@/api/http";
import type { ConversationView } from "@/api/views";
import { useConversation, useMessages } from "@/features/conversations/api";
import { Composer } from "@/features/conversations/components/Composer";
import { HandoffCard } from "@/features/conversations/components/HandoffCard";
import { MessageList } from "@/features/conversations/components/MessageList";
import { OwnershipBanner } from "@/features/conversations/components/OwnershipBanner";
import { ThreadHeader } from "@/features/conversations/components/ThreadHeader";
import { TraceDrawer } from "@/features/conversations/components/TraceDrawer";
import { useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/conversations/components/thread.module.css";

interface Props {
  id: number;
  onBack: (() => void) | null;
  panel: { isOpen: boolean; toggle: () => void };
}

export function ThreadPane({ id, onBack, panel }: Props) {
  const conversation = useConversation(id);
  const messages = useMessages(id);
  if (conversation.isError && !conversation.data) {
    return (
      <main className={styles.pane} id="thread">
        <ErrorState error={conversation.error} onRetry={() => void conversation.refetch()} />
      </main>
    );
  }
  return (
    <main className={styles.pane} id="thread" tabIndex={-1}>
      {conversation.data ? (
        <Loaded key={id} view={conversation.data} log={messages} onBack={onBack} panel={panel} />
      ) : (
        <LoadingRows rows={5} />
      )}
    </main>
  );
}

interface LoadedProps {
  view: ConversationView;
  log: ReturnType<typeof useMessages>;
  onBack: Props["onBack"];
  panel: Props["panel"];
}

function Loaded({ view, log, onBack, panel }: LoadedProps) {
  const [traced, setTraced] = useState<number | null>(null);
  useSeen(view);
  useViewing(view.id);
  const handoff = view.owner === "bot" ? null : view.handoff;
  return (
    <>
      <ThreadHeader view={view} onBack={onBack} panel={panel} />
      {handoff && <HandoffCard key={handoff.id} view={view} handoff={handoff} />}
      {log.data ? (
        <MessageList view={view} log={log.data} onTrace={setTraced} />
      ) : log.isError ? (
        <div className={styles.grow}>
          <ErrorState error={log.error} onRetry={() => void log.refetch()} />
        </div>
      ) : (
        <div className={styles.grow}>
          <LoadingRows rows={5} />
        </div>
      )}
      <OwnershipBanner view={view} />
      <Composer view={view} />
      <TraceDrawer id={view.id} message={traced} onClose={() => setTraced(null)} />
    </>
  );
}

/** Tell the server how far we have read, while the page is looked at. */
function useSeen(view: ConversationView): void {
  const account = useSession().account.id;
  const { id, last_seq: seq, agent_last_seen_seq: seen, unread_count: unread } = view;
  useEffect(() => {
    if (seq <= seen && unread === 0) return undefined;
    const tell = () => {
      if (document.visibilityState !== "visible") return;
      void http.post(accountPath(account, `conversations/${id}/update_last_seen`), { seq }).catch(() => undefined);
    };
    const wait = setTimeout(tell, 400);
    document.addEventListener("visibilitychange", tell);
    return () => {
      clearTimeout(wait);
      document.removeEventListener("visibilitychange", tell);
    };
  }, [account, id, seq, seen, unread]);
}

/** Let colleagues know who is looking. */
function useViewing(id: number): void {
  const account = useSession().account.id;
  useEffect(() => {
    const path = accountPath(account, `conversations/${id}/viewing`);
    const beat = () => void http.post(path).catch(() => undefined);
    beat();
    const timer = setInterval(beat, 20_000);
    return () => {
      clearInterval(timer);
      http.beacon("DELETE", path);
    };
  }, [account, id]);
}
