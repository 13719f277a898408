/** Files of a message: pictures are shown, everything else is a chip to download. */
import { FileOutlined, PaperClipOutlined } from "@ant-design/icons";
import { Image } from "antd";
import type { AttachmentView } from "@/api/views";
import { useT } from "@/shared/i18n";
import { formatBytes } from "@/shared/i18n/format";
import styles from "@/features/conversations/components/thread.module.css";

const WIDEST = 280;
const TALLEST = 240;

function shownSize({ width, height }: AttachmentView): { width: number; height: number } {
  if (!width || !height) return { width: WIDEST, height: 160 };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

export function Attachments({ attachments }: { attachments: AttachmentView[] }) {
  const t = useT();
  if (attachments.length === 0) return null;
  return (
    <div className={styles.files}>
      {attachments.map((file) =>
        file.expired_at ? (
          <span key={file.id} className={styles.file} data-expired><FileOutlined /> <span className={styles.ellipsis}>{file.file_name}</span> <span className={styles.faint}>{t("attachment.expired")}</span></span>
        ) : file.inline && file.content_type.startsWith("image/") ? (
          <Image key={file.id} src={file.thumbnail_url ?? file.url} preview={{ src: file.url }} alt={file.file_name} {...shownSize(file)} className={styles.picture} />
        ) : file.inline && /^(audio|video)\//.test(file.content_type) ? (
          <Media key={file.id} file={file} />
        ) : (
          <a key={file.id} className={styles.file} href={file.url} download={file.file_name} title={t("attachment.download")}>
            {file.content_type === "application/pdf" ? <FileOutlined /> : <PaperClipOutlined />}
            <span className={styles.ellipsis}>{file.file_name}</span>
            <span className={styles.faint}>{formatBytes(file.file_size)}</span>
          </a>
        ),
      )}
    </div>
  );
}

function Media({ file }: { file: AttachmentView }) {
  const t = useT();
  if (file.content_type.startsWith("video/")) {
    return <video className={styles.picture} controls preload="metadata" src={file.url} width={WIDEST} aria-label={file.file_name} />;
  }
  return (
    <>
      <audio controls preload="metadata" src={file.url} aria-label={file.file_name} />
      {file.transcript_state && <span className={styles.faint} role="status">{t(`transcript.${file.transcript_state}`)}</span>}
    </>
  );
}
