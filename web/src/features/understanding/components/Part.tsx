/** The small pieces the pages share: one query's three states, an intent's name, a line and where it is from. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";

interface Props<T> {
  query: UseQueryResult<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** What a query brings, or that it is on its way, or why it did not come. */
export function Loaded<T>({ query, rows = 3, children }: Props<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <div className={styles.sheet}><ErrorState error={query.error} onRetry={() => void query.refetch()} /></div>;
  return <div className={styles.sheet}><LoadingRows rows={rows} avatar={false} /></div>;
}

export type Tone = "good" | "main" | "warn" | "bad" | "";

export function Tag({ tone = "", title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return <span className={styles.tag} data-tone={tone} title={title}>{children}</span>;
}

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
