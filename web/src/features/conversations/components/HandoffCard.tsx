/** What the bot knew when it handed over: pinned until somebody has read it, one line afterwards. */
import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { ConversationView, Handoff } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { Exchanges, MoodCourse, Slots, Snapshot, SuggestedReplies } from "@/features/conversations/components/HandoffParts";
import { packetOf } from "@/features/conversations/packet";
import { useNow } from "@/shared/hooks/time";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/handoff.module.css";

export function HandoffCard({ view, handoff }: { view: ConversationView; handoff: Handoff }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const isRead = handoff.read_at !== null;
  const [shown, setShown] = useState<boolean | null>(null);
  const isOpen = shown ?? !isRead;
  const packet = packetOf(handoff);
  return (
    <section className={styles.card} aria-label={t("handoff.title")} data-read={isRead}>
      <div className={styles.head}>
        <button type="button" className={styles.fold} aria-expanded={isOpen} onClick={() => setShown(!isOpen)}>
          {isOpen ? <UpOutlined /> : <DownOutlined />}
          <strong>{t("handoff.title")}</strong>
        </button>
        <span className={styles.reason}>{maybe(`handoff.reason.${handoff.reason}`, handoff.reason)}</span>
        {packet.urgency === "high" && <span className={styles.reason} data-level="high">{t("handoff.urgent")}</span>}
        <span className={styles.faint}>{format.clock(handoff.created_at)}</span>
        <Deadline at={packet.deadline} />
        <Acts view={view} isRead={isRead} onRead={() => setShown(null)} />
      </div>
      {isOpen && (
        <div className={styles.body}>
          {packet.summary && <p className={styles.summary}>{packet.summary}</p>}
          <Slots slots={packet.slots} />
          <Snapshot parts={packet.business} />
          <MoodCourse mood={packet.mood} />
          <Exchanges exchanges={packet.exchanges} />
          <SuggestedReplies conversation={view.id} replies={packet.replies} />
        </div>
      )}
    </section>
  );
}

/** Take the case, leave it to others, or only say that it has been read. */
function Acts({ view, isRead, onRead }: { view: ConversationView; isRead: boolean; onRead: () => void }) {
  const t = useT();
  const { user } = useSession();
  const { readHandoff, takeOver, assign } = useConversationActions();
  const isMine = view.assignee?.id === user.id;
  const isHeld = view.owner === "human";
  const accept = async () => {
    await takeOver(view);
    if (!isRead) await readHandoff(view);
    onRead();
  };
  const read = () => {
    void readHandoff(view);
    onRead();
  };
  return (
    <div className={styles.acts}>
      {!isRead && <Button size="small" type="text" onClick={read}>{t("handoff.read")}</Button>}
      {!isHeld && isMine && <Button size="small" onClick={() => void assign(view, { assignee: null })}>{t("handoff.decline")}</Button>}
      {!isHeld && <Button size="small" type="primary" onClick={() => void accept()}>{t("handoff.accept")}</Button>}
    </div>
  );
}

function Deadline({ at }: { at: string | null }) {
  const t = useT();
  const now = useNow();
  const format = useFormat();
  if (!at) return null;
  const left = Date.parse(at) - now;
  return <span className={styles.deadline} data-late={left < 0}>{left < 0 ? t("handoff.late", { time: format.span(-left) }) : t("handoff.left", { time: format.span(left) })}</span>;
}
