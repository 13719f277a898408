/** Small marks of a file: whether customers get it, and who changed it last. */
import type { FileBrief } from "@/api/flows";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/flows/components/page.module.css";

export function FileTag({ file }: { file: FileBrief }) {
  const t = useT();
  if (file.draft !== "none") return <span className={styles.tag} data-tone="warn">{t(`flows.draft.${file.draft}`)}</span>;
  return <span className={styles.tag} data-tone="good" title={t(`flows.origin_hint.${file.origin}`)}>{t(`flows.origin.${file.origin}`)}</span>;
}

export function Changed({ file }: { file: FileBrief }) {
  const t = useT();
  const format = useFormat();
  if (!file.changed_at) return <span className={styles.faint}>{t("flows.never_changed")}</span>;
  return <span className={styles.faint}>{t("flows.changed_by", { name: file.changed_by?.name ?? "–", time: format.dateTime(file.changed_at) })}</span>;
}
