/** What an agent must know of a mail besides its words: who really wrote, whether the sender deceives, what was left out. */
import { StopOutlined, WarningOutlined } from "@ant-design/icons";
import type { MessageView } from "@/api/views";
import { useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/conversations/components/thread.module.css";

interface MailAttributes {
  written_by?: string;
  email?: { warning?: string; is_shortened?: boolean; refused?: { file_name: string; reason: string }[] };
}

export function MailFacts({ message }: { message: MessageView }) {
  const t = useT();
  const maybe = useMaybeT();
  const { written_by: other, email } = message.content_attributes as MailAttributes;
  return (
    <>
      {other !== undefined && <span className={styles.file} data-expired><WarningOutlined /> {t("mail.written_by", { address: other })}</span>}
      {email?.warning && <span className={styles.file} data-expired><WarningOutlined /> {t("mail.deceives")}</span>}
      {(email?.refused ?? []).map(({ file_name: name, reason }) => (
        <span key={`${name}${reason}`} className={styles.file} data-expired>
          <StopOutlined /> {t("mail.refused", { name, reason: maybe(`mail.refused_${reason.replaceAll(" ", "_")}`, reason) })}
        </span>
      ))}
      {email?.is_shortened && <small className={styles.shortened}>{t("mail.shortened")}</small>}
    </>
  );
}
