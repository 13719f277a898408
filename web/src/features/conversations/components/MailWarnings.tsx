/** What must be known of a mail before it is believed: who really wrote, whether the sender deceives, what was refused. */
import { StopOutlined, WarningOutlined } from "@ant-design/icons";
import type { MessageView } from "@/api/views";
import { useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/conversations/components/thread.module.css";

export interface MailAttributes {
  written_by?: string;
  email?: { warning?: string; is_shortened?: boolean; is_too_large?: boolean; refused?: { file_name: string; reason: string }[] };
}

export function MailWarnings({ message }: { message: MessageView }) {
  const t = useT();
  const maybe = useMaybeT();
  const { written_by: other, email } = message.content_attributes as MailAttributes;
  return (
    <>
      {other !== undefined && <span className={styles.warned}><WarningOutlined /> <span>{t("mail.written_by", { address: other })}</span></span>}
      {email?.warning && <span className={styles.warned}><WarningOutlined /> <span>{t("mail.deceives")}</span></span>}
      {(email?.refused ?? []).map(({ file_name: name, reason }) => (
        <span key={`${name}${reason}`} className={styles.warned}>
          <StopOutlined /> <span>{t("mail.refused", { name, reason: maybe(`mail.refused_${reason.replaceAll(" ", "_")}`, reason) })}</span>
        </span>
      ))}
    </>
  );
}
