/** The small pieces the knowledge pages share: one query's three states, a mark, what an article's facts are. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Button, type ButtonProps } from "antd";
import type { ReactNode } from "react";
import { useHref } from "react-router";
import type { Article } from "@/api/knowledge";
import { isReviewDue, today, validityOf } from "@/features/knowledge/model";
import { useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/knowledge/components/page.module.css";

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

const TONES = { current: "", upcoming: "main", expired: "bad" } as const;

/** Who may see it, whether it holds, whether it must be looked at again: what decides if it answers. */
export function Marks({ article }: { article: Article }) {
  const t = useT();
  const day = today();
  const validity = validityOf(article, day);
  return (
    <>
      <Tag tone={article.audience === "public" ? "good" : ""}>{t(`knowledge.audience.${article.audience}`)}</Tag>
      {article.status === "archived" && <Tag tone="warn">{t("knowledge.status.archived")}</Tag>}
      {validity !== "current" && <Tag tone={TONES[validity]}>{t(`knowledge.validity.${validity}`)}</Tag>}
      {isReviewDue(article, day) && <Tag tone="warn">{t("knowledge.review_due")}</Tag>}
    </>
  );
}

/** HTML that the server wrote from Markdown: raw HTML in it was escaped, its links were checked. */
export function Prose({ html, className }: { html: string; className?: string | undefined }) {
  return <div className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** A button that is a link: it leads somewhere, so it can be opened beside. */
export function GoButton({ to, ...rest }: ButtonProps & { to: string }) {
  return <Button {...rest} href={useHref(to)} />;
}
