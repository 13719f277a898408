/** One message by its author: customer left, person and bot right, notes in amber across. */
import { QuestionCircleOutlined, ReloadOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ConversationView, MessageView } from "@/api/views";
import { useDesk } from "@/features/conversations/actions";
import { Attachments } from "@/features/conversations/components/Attachments";
import { MailFacts } from "@/features/conversations/components/MailFacts";
import { Place, Refused } from "@/features/conversations/components/Place";
import type { Entry } from "@/features/conversations/model";
import { retryMessage, WAITING } from "@/features/conversations/sending";
import { useSayProblem } from "@/shared/hooks/problems";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { BotGlyph, Face } from "@/shared/ui/Marks";
import styles from "@/features/conversations/components/thread.module.css";

interface Props {
  entry: Extract<Entry, { kind: "message" }>;
  view: ConversationView;
  onTrace: (message: number) => void;
}

export function Bubble({ entry, view, onTrace }: Props) {
  const t = useT();
  const { dateTime, clock } = useFormat();
  const { message, author, isFirst, isLast } = entry;
  const isOurs = author === "person" || author === "bot";
  const name = nameOf(message, author, view);
  const shownName = name || (author === "customer" ? t("contact.visitor", { id: view.id }) : "");
  const isQuestion = message.content_type === "input_csat";
  const { said_at } = message.content_attributes;
  return (
    <article className={styles.message} data-author={author} data-first={isFirst} data-seq={message.seq} data-status={message.status}>
      <span className={styles.side}>{isFirst && author !== "note" && <Face name={name} id={author === "customer" ? view.contact.id : (message.sender.id ?? 0)} size={28} isBot={author === "bot"} />}</span>
      <div className={styles.column}>
        {isFirst && (
          <div className={styles.author}>
            {author === "note" && <b>{t("author.note")}</b>}
            {shownName && <span>{shownName}</span>}
            {author === "bot" && <span className={styles.botMark}><i><BotGlyph /></i>{t("author.bot_mark")}</span>}
          </div>
        )}
        <div className={styles.bubble}>
          {message.content_attributes.subject && <div className={styles.subject}><span>{t("begin.subject")}</span> {message.content_attributes.subject}</div>}
          {message.content && !isQuestion && <div className={styles.text} dir="auto">{message.content}</div>}
          <Place content={message.content} />
          <Refused message={message} />
          <MailFacts message={message} />
          {message.content_type === "input_select" && <Options message={message} />}
          {isQuestion && <div className={styles.text}>{t("csat.asked")}</div>}
          <Attachments attachments={message.attachments} />
        </div>
        <div className={styles.foot} data-show={isLast || message.status === "failed" || message.has_trace || said_at !== undefined}>
          <time dateTime={message.created_at} title={dateTime(message.created_at)}>{clock(message.created_at)}</time>
          {said_at && <span>{t("delivery.said_at", { time: dateTime(said_at) })}</span>}
          {isOurs && <Ticks message={message} view={view} />}
          {message.has_trace && (
            <button type="button" className={styles.why} onClick={() => onTrace(message.id)}>
              <QuestionCircleOutlined /> {t("trace.why")}
            </button>
          )}
        </div>
        {message.status === "failed" && <Failed message={message} />}
      </div>
    </article>
  );
}

function nameOf(message: MessageView, author: string, view: ConversationView): string {
  if (author === "customer") return view.contact.name || message.sender.name || "";
  return message.sender.name ?? "";
}

function Options({ message }: { message: MessageView }) {
  const t = useT();
  const { items = [], submitted_value: chosen } = message.content_attributes;
  return (
    <ul className={styles.options} aria-label={t("options.shown")}>
      {items.map((item) => (
        <li key={item.value} data-chosen={item.value === chosen}>{item.title}</li>
      ))}
    </ul>
  );
}

const TICKS = { sending: "○", sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!" } as const;

function Ticks({ message, view }: { message: MessageView; view: ConversationView }) {
  const t = useT();
  const isRead = message.status === "read" || (message.status !== "failed" && view.contact_last_seen_seq >= message.seq);
  const status = isRead ? "read" : message.status;
  if (status === "sending" && message.status_reason === WAITING)
    return <span className={styles.ticks} data-status={status}>{t("delivery.waiting")}</span>;
  return (
    <Tooltip title={t(`delivery.${status}`)}>
      <span className={styles.ticks} data-status={status}>
        <span aria-hidden>{TICKS[status]}</span>
        <span className={styles.hidden}>{t(`delivery.${status}`)}</span>
      </span>
    </Tooltip>
  );
}

function Failed({ message }: { message: MessageView }) {
  const t = useT();
  const maybe = useMaybeT();
  const desk = useDesk();
  const say = useSayProblem();
  const { user } = useSession();
  const code = message.status_reason ?? "";
  const reason = maybe(`failed.${code}`, maybe(`problem.code.${code}`, code));
  return (
    <div className={styles.failed} role="alert">
      <span>{reason ? t("delivery.failed_because", { reason }) : t("delivery.failed")}</span>
      <Button size="small" danger type="text" icon={<ReloadOutlined />} onClick={() => void retryMessage(desk, message, user.name).catch(say)}>
        {t("action.retry")}
      </Button>
    </div>
  );
}
