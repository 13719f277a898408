/** Going to the message that the address names (`at`): older pages are read until it is there, then it is shown. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, type RefObject } from "react";
import { useAddress } from "@/shared/hooks/address";
import { useSayProblem } from "@/shared/hooks/problems";
import type { MessageLog } from "@/shared/message_log";
import { useSession } from "@/shared/session";
import { loadOlder } from "@/features/conversations/api";

const SHOWN_MS = 2500;

export function usePointed(scroller: RefObject<HTMLElement | null>, id: number, log: MessageLog, leaveEnd: () => void): void {
  const client = useQueryClient();
  const { account } = useSession();
  const say = useSayProblem();
  const [read] = useAddress();
  const at = Number(read("at")) || null;
  const shown = useRef<number | null>(null);
  const first = log.messages[0]?.seq;
  useEffect(() => {
    if (at === null) shown.current = null;
    if (at === null || shown.current === at || first === undefined) return undefined;
    if (first > at && log.has_more) {
      void loadOlder(client, account.id, id).catch(say);
      return undefined;
    }
    const message = scroller.current?.querySelector<HTMLElement>(`[data-seq="${at}"]`);
    if (!message) return undefined;
    shown.current = at;
    leaveEnd();
    message.scrollIntoView({ block: "center" });
    message.dataset["pointed"] = "true";
    const timer = setTimeout(() => delete message.dataset["pointed"], SHOWN_MS);
    return () => clearTimeout(timer);
  }, [at, first, log.has_more, client, account.id, id, say, scroller, leaveEnd]);
}
