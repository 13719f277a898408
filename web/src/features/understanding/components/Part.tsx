/** The small pieces the pages share: one query's three states, an intent's name, a line and where it is from. */
import { Button } from "antd";
import { useT } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";

/** A list that shows only its first rows until all are asked for. */
export function More({ total, shown, onMore }: { total: number; shown: number; onMore?: () => void }) {
  const t = useT();
  if (total <= shown) return null;
  return (
    <div className={styles.more}>
      {onMore ? <Button type="link" size="small" onClick={onMore}>{t("understand.show_all", { n: total })}</Button> : <span className={styles.faint}>{t("understand.shown_of", { n: shown, total })}</span>}
    </div>
  );
}
