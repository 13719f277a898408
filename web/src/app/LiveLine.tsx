/** Opens the live line for the account, feeds the cache, and says quietly when the line is down. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { accountPath } from "@/api/http";
import { useAnnouncement } from "@/shared/announce";
import { useT } from "@/shared/i18n";
import { usePresence } from "@/shared/presence";
import { keys } from "@/shared/query_keys";
import { applyEvent, type StreamEvent } from "@/shared/realtime";
import { forgetEvents, rememberEvent } from "@/shared/recent_events";
import { useSession } from "@/shared/session";
import { openStream } from "@/shared/stream";
import styles from "@/app/shell.module.css";

const COUNTS_EVERY_MS = 3_000;

export function LiveLine() {
  const client = useQueryClient();
  const { account, user } = useSession();
  const setLine = usePresence((state) => state.setLine);
  useEffect(() => {
    const desk = { client, account: account.id, me: user.id, now: Date.now };
    let counting: ReturnType<typeof setTimeout> | undefined;
    const recount = () => {
      counting ??= setTimeout(() => {
        counting = undefined;
        void client.invalidateQueries({ queryKey: [...keys.conversations(account.id), "counts"] });
      }, COUNTS_EVERY_MS);
    };
    const onEvent = (event: StreamEvent, id: number) => {
      rememberEvent(id, event);
      applyEvent(desk, event);
      if (event.event.startsWith("conversation.") || event.event === "message.created") recount();
    };
    const onReset = () => void client.invalidateQueries({ queryKey: [account.id] });
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const url = `${scheme}://${window.location.host}${accountPath(account.id, "stream")}`;
    const close = openStream({ url, onEvent, onReset, onLine: setLine });
    return () => {
      close();
      clearTimeout(counting);
      forgetEvents();
    };
  }, [client, account.id, user.id, setLine]);
  return (
    <>
      <Banner />
      <Announcer />
    </>
  );
}

function Banner() {
  const t = useT();
  const isLost = usePresence((state) => state.line === "lost");
  return isLost ? <div className={styles.lost} role="status">{t("line.lost")}</div> : null;
}

function Announcer() {
  const { text, turn } = useAnnouncement();
  return <div className="sr-only" role="status" aria-live="polite" key={turn % 2}>{text}</div>;
}
