/** One query's three states, and a mark: what the pages of lists share. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/shared/ui/loaded.module.css";

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
