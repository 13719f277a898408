/** The mail behind a message: its head, all its words with what is quoted, its layout in a frame that runs and fetches nothing. */
import { DownloadOutlined, FileUnknownOutlined, InfoCircleOutlined } from "@ant-design/icons";
import { Button, Drawer, Segmented } from "antd";
import { useState } from "react";
import { accountPath, ProblemError } from "@/api/http";
import type { MailOriginal, MessageView } from "@/api/views";
import { useOriginal } from "@/features/conversations/api";
import { Attachments } from "@/features/conversations/components/Attachments";
import { MailWarnings, type MailAttributes } from "@/features/conversations/components/MailWarnings";
import { framed, textLines } from "@/features/conversations/original";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/conversations/components/original.module.css";

interface Props {
  message: MessageView;
  isOpen: boolean;
  onClose: () => void;
}

const FOR_GOOD = ["original_gone", "original_not_found"];

export function OriginalDrawer({ message, isOpen, onClose }: Props) {
  const t = useT();
  const original = useOriginal(message.conversation_id, isOpen ? message.id : null);
  const code = original.error instanceof ProblemError ? original.error.code : "";
  return (
    <Drawer open={isOpen} onClose={onClose} title={t("original.title")} extra={original.data && <Download message={message} />} size={760} destroyOnHidden classNames={{ body: styles.body ?? "" }}>
      {original.isPending && <LoadingRows rows={4} avatar={false} />}
      {original.isError && (FOR_GOOD.includes(code)
        ? <EmptyState icon={<FileUnknownOutlined />} title={t(`problem.code.${code as "original_gone"}`)} hint={t("original.gone_hint")} />
        : <ErrorState error={original.error} onRetry={() => void original.refetch()} />)}
      {original.data && <Mail mail={original.data} message={message} />}
    </Drawer>
  );
}

/** As a file for a mail program; a browser shows none of it. */
function Download({ message }: { message: MessageView }) {
  const t = useT();
  const { account } = useSession();
  const path = accountPath(account.id, `conversations/${message.conversation_id}/messages/${message.id}/original.eml`);
  return <Button icon={<DownloadOutlined />} href={path} download title={t("original.download_hint")}>{t("original.download")}</Button>;
}

function Mail({ mail, message }: { mail: MailOriginal; message: MessageView }) {
  const t = useT();
  const { email } = message.content_attributes as MailAttributes;
  const isTooLarge = email?.is_too_large === true;
  return (
    <>
      <h2 className={styles.subject} dir="auto">{mail.subject || t("original.no_subject")}</h2>
      <Head mail={mail} />
      <MailWarnings message={message} />
      {isTooLarge && <p className={styles.note} role="status"><InfoCircleOutlined /> {t("original.too_large")}</p>}
      {mail.is_cut && <p className={styles.note} role="status"><InfoCircleOutlined /> {t("original.cut")}</p>}
      {!isTooLarge && <Words key={message.id} mail={mail} />}
      {message.attachments.length > 0 && (
        <section aria-label={t("original.files")}>
          <h3 className={styles.heading}>{t("original.files")}</h3>
          <Attachments attachments={message.attachments} />
        </section>
      )}
    </>
  );
}

function Head({ mail }: { mail: MailOriginal }) {
  const t = useT();
  const format = useFormat();
  const { sender } = mail;
  const facts: [string, string][] = [
    [t("original.from"), sender.name ? `${sender.name} <${sender.address}>` : sender.address],
    [t("original.reply_to"), mail.reply_to === sender.address ? "" : mail.reply_to],
    [t("original.to"), mail.to.join(", ")],
    [t("original.date"), mail.sent_at && format.dateTime(mail.sent_at)],
    ["Message-ID", mail.message_id],
  ];
  return (
    <dl className={styles.head}>
      {facts.filter(([, value]) => value !== "").map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-id={name === "Message-ID" || undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Words({ mail }: { mail: MailOriginal }) {
  const t = useT();
  const ways = ([["text", mail.text], ["html", mail.html]] as const).filter(([, words]) => words.trim() !== "").map(([way]) => way);
  const [wanted, setWanted] = useState<"text" | "html">("text");
  const way = ways.includes(wanted) ? wanted : ways[0];
  if (!way) return <EmptyState title={t("original.empty")} hint={t("original.empty_hint")} />;
  return (
    <>
      {ways.length > 1 && (
        <div className={styles.ways}>
          <Segmented aria-label={t("original.way")} value={way} onChange={setWanted} options={ways.map((value) => ({ value, label: t(`original.${value}`) }))} />
        </div>
      )}
      {way === "text" ? <Text text={mail.text} /> : <Frame html={mail.html} />}
    </>
  );
}

function Text({ text }: { text: string }) {
  return (
    <div className={styles.text} dir="auto" tabIndex={0}>
      {textLines(text).map(({ at, line, isQuoted }) => <span key={at} data-quoted={isQuoted || undefined}>{line}{"\n"}</span>)}
    </div>
  );
}

function Frame({ html }: { html: string }) {
  const t = useT();
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return (
    <>
      <iframe className={styles.frame} title={t("original.html")} sandbox="allow-popups allow-popups-to-escape-sandbox" referrerPolicy="no-referrer" srcDoc={framed(html, nonce)} />
      <p className={styles.faint}>{t("original.html_hint")}</p>
    </>
  );
}
