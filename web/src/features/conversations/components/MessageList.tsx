/** The log: day rules, bubbles, older pages above without a jump, new words below without a jump. */
import { Button, Spin } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ConversationView } from "@/api/views";
import { loadOlder } from "@/features/conversations/api";
import { Activity } from "@/features/conversations/components/Activity";
import { Bubble } from "@/features/conversations/components/Bubble";
import { Typists } from "@/features/conversations/components/Typists";
import { entriesOf } from "@/features/conversations/model";
import { usePointed } from "@/features/conversations/pointing";
import { announce } from "@/shared/announce";
import { useSayProblem } from "@/shared/hooks/problems";
import { useNow } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import type { MessageLog } from "@/shared/message_log";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/thread.module.css";

interface Props {
  view: ConversationView;
  log: MessageLog;
  onTrace: (message: number) => void;
}

const NEAR = 80;

export function MessageList({ view, log, onTrace }: Props) {
  const t = useT();
  const format = useFormat();
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const [unreadAfter] = useState(view.unread_count > 0 ? view.agent_last_seen_seq : null);
  const entries = useMemo(() => entriesOf(log.messages, unreadAfter), [log.messages, unreadAfter]);
  const { isLoading, onScroll, unseen, toBottom, leaveEnd } = useSteadyScroll(scroller, view.id, log);
  usePointed(scroller, view.id, log, leaveEnd);

  return (
    <div className={styles.grow}>
      <div ref={scroller} className={styles.log} onScroll={onScroll} role="log" aria-label={t("thread.log")} aria-live="off" tabIndex={0}>
        {log.has_more ? (
          <div className={styles.older}>{isLoading && <Spin size="small" />}</div>
        ) : (
          <div className={styles.older}>{t("thread.beginning")}</div>
        )}
        {entries.map((entry) => {
          if (entry.kind === "day") {
            return <div key={entry.key} className={styles.day}><span>{format.day(entry.at, now)}</span></div>;
          }
          if (entry.kind === "unread") return <div key={entry.key} className={styles.unreadRule}><span>{t("thread.new")}</span></div>;
          if (entry.author === "activity") return <Activity key={entry.key} message={entry.message} />;
          return <Bubble key={entry.key} entry={entry} view={view} onTrace={onTrace} />;
        })}
        <Typists id={view.id} />
      </div>
      {unseen > 0 && (
        <Button className={styles.below} shape="round" size="small" type="primary" onClick={toBottom}>
          ↓ {t("thread.new_below", { n: unseen })}
        </Button>
      )}
    </div>
  );
}

/** Keep what is read where it is: stick to the end when at the end, hold the distance when older pages arrive. */
function useSteadyScroll(scroller: React.RefObject<HTMLDivElement | null>, id: number, log: MessageLog) {
  const client = useQueryClient();
  const { account, user } = useSession();
  const say = useSayProblem();
  const t = useT();
  const [isLoading, setLoading] = useState(false);
  const [unseen, setUnseen] = useState(0);
  const atEnd = useRef(true);
  const before = useRef<{ first: number; last: number; height: number } | null>(null);
  const first = log.messages[0]?.id ?? 0;
  const newest = log.messages.at(-1);
  const last = newest?.id ?? 0;

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const known = before.current;
    if (known && known.first !== first && known.last === last) box.scrollTop += box.scrollHeight - known.height;
    else if (!known || atEnd.current) box.scrollTop = box.scrollHeight;
    before.current = { first, last, height: box.scrollHeight };
  });
  const lastSeen = useRef(last);
  useEffect(() => {
    if (!newest || newest.id === lastSeen.current) return;
    lastSeen.current = newest.id;
    const isMine = newest.sender.type === "user" && newest.sender.id === user.id;
    if (isMine) {
      atEnd.current = true;
      scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
      return;
    }
    announce(t("thread.heard", { name: newest.sender.name ?? "", text: newest.content }));
    if (!atEnd.current) setUnseen((count) => count + 1);
  }, [newest, user.id, scroller, t]);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, [scroller]);

  const more = async () => {
    setLoading(true);
    await loadOlder(client, account.id, id).catch(say);
    setLoading(false);
  };
  const onScroll = () => {
    const box = scroller.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (atEnd.current) setUnseen(0);
    if (box.scrollTop < 200 && log.has_more && !isLoading) void more();
  };
  const toBottom = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  const leaveEnd = useCallback(() => {
    atEnd.current = false;
  }, []);
  return { isLoading, onScroll, unseen, toBottom, leaveEnd };
}
