/** Files beside the composer, with their progress. */
import { CloseOutlined, ReloadOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import type { Uploads } from "@/features/conversations/uploading";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { formatBytes } from "@/shared/i18n/format";
import styles from "@/features/conversations/components/composer.module.css";

export function UploadChips({ uploads }: { uploads: Uploads }) {
  const t = useT();
  const text = useProblemText();
  if (uploads.uploads.length === 0) return null;
  return (
    <ul className={styles.uploads}>
      {uploads.uploads.map((item) => (
        <li key={item.key} className={styles.upload} data-failed={item.error !== null}>
          <span className={styles.fileName} title={item.file.name}>{item.file.name}</span>
          <span className={styles.faint}>{item.error ? text(item.error).cause : formatBytes(item.file.size)}</span>
          {!item.stored && !item.error && <Progress type="circle" size={16} percent={Math.round(item.part * 100)} showInfo={false} strokeWidth={14} />}
          {item.error && <Button type="text" size="small" icon={<ReloadOutlined />} aria-label={t("action.retry")} onClick={() => uploads.retry(item)} />}
          <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("attachment.remove", { name: item.file.name })} onClick={() => uploads.remove(item.key)} />
        </li>
      ))}
    </ul>
  );
}
