/** What an agent must know of a mail besides its words, and the way to its original. */
import { MailOutlined } from "@ant-design/icons";
import { useState } from "react";
import type { MessageView } from "@/api/views";
import { MailWarnings, type MailAttributes } from "@/features/conversations/components/MailWarnings";
import { OriginalDrawer } from "@/features/conversations/components/OriginalDrawer";
import { useT } from "@/shared/i18n";
import styles from "@/features/conversations/components/thread.module.css";

export function MailFacts({ message }: { message: MessageView }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const { email } = message.content_attributes as MailAttributes;
  if (!email && !("written_by" in message.content_attributes)) return null;
  return (
    <>
      <MailWarnings message={message} />
      {email && message.message_type === "incoming" && (
        <div className={styles.mail}>
          {email.is_shortened && <small className={styles.shortened}>{t("mail.shortened")}</small>}
          <button type="button" className={styles.why} aria-haspopup="dialog" onClick={() => setOpen(true)}>
            <MailOutlined /> {t("original.open")}
          </button>
          <OriginalDrawer message={message} isOpen={isOpen} onClose={() => setOpen(false)} />
        </div>
      )}
    </>
  );
}
