/** One row of the queue: who, where, the last words, how long they wait, how they feel. */
import { memo } from "react";
import type { ConversationView } from "@/api/views";
import { useNow } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useInboxes, useLabels } from "@/shared/reference";
import { BotGlyph, Face, LabelDot, MoodMark } from "@/shared/ui/Marks";
import styles from "@/features/conversations/components/queue.module.css";

interface Props {
  conversation: ConversationView;
  isSelected: boolean;
  isGone: boolean;
  onSelect: (id: number) => void;
}

export const QueueRow = memo(function QueueRow({ conversation, isSelected, isGone, onSelect }: Props) {
  const t = useT();
  const now = useNow();
  const format = useFormat();
  const { contact, last_message: last, unread_count: unread } = conversation;
  const name = contact.name || t("contact.visitor", { id: conversation.id });
  const isUnread = unread > 0 && conversation.owner !== "bot";
  return (
    <button
      type="button"
      className={styles.row}
      aria-current={isSelected}
      data-unread={isUnread}
      data-gone={isGone}
      data-conversation={conversation.id}
      onClick={() => onSelect(conversation.id)}
    >
      <Face name={contact.name} id={contact.id} size={36} />
      <span className={styles.main}>
        <span className={styles.line}>
          <span className={styles.name}>{name}</span>
          <span className={styles.stamp}>{format.stamp(conversation.last_activity_at, now)}</span>
        </span>
        <span className={styles.line}>
          <span className={styles.words}>
            {last && <LastAuthor view={conversation} />}
            {last?.content || (last ? t("queue.attachment") : t("queue.no_words"))}
          </span>
          {isUnread && <span className={styles.unread} aria-label={t("queue.unread", { n: unread })}>{unread > 99 ? "99+" : unread}</span>}
        </span>
        <RowMarks conversation={conversation} now={now} />
      </span>
    </button>
  );
});

function LastAuthor({ view }: { view: ConversationView }) {
  const t = useT();
  const last = view.last_message;
  if (!last || last.message_type === "activity" || last.message_type === "incoming") return null;
  const who = last.private ? t("queue.note_prefix") : last.sender_type === "user" ? t("queue.person_prefix") : t("queue.bot_prefix");
  return <span className={styles.prefix}>{who}</span>;
}

function RowMarks({ conversation, now }: { conversation: ConversationView; now: number }) {
  const t = useT();
  const format = useFormat();
  const labels = useLabels().data ?? [];
  const inbox = useInboxes().data?.find(({ id }) => id === conversation.inbox_id);
  const waits = conversation.owner !== "bot" && conversation.status === "open" ? conversation.waiting_since : null;
  const waited = waits ? now - Date.parse(waits) : 0;
  const first = conversation.labels[0];
  return (
    <span className={styles.marks}>
      {waits && (
        <span className={styles.wait} data-level={waited > 600_000 ? "late" : waited > 120_000 ? "soon" : "fine"} title={t("queue.waiting_definition")}>
          <span aria-hidden>◷</span> {format.span(waited)}
        </span>
      )}
      {conversation.owner === "bot" && conversation.status === "pending" && (
        <span className={styles.owner}>
          <i className={styles.glyph}><BotGlyph /></i>
          {t("owner.bot_short")}
        </span>
      )}
      {conversation.status === "resolved" && <span className={styles.done}>✓ {t("status.resolved")}</span>}
      {conversation.status === "snoozed" && <span className={styles.owner}>☾ {t("status.snoozed")}</span>}
      {conversation.priority && <span className={styles.priority} data-level={conversation.priority}>{t(`priority.${conversation.priority}`)}</span>}
      <MoodMark mood={conversation.mood} />
      {first && <LabelDot title={first} color={labels.find(({ title }) => title === first)?.color} />}
      {conversation.labels.length > 1 && <span className={styles.more}>+{conversation.labels.length - 1}</span>}
      <span className={styles.inbox}>{conversation.assignee ? conversation.assignee.name : inbox?.name}</span>
    </span>
  );
}
