/** The small pieces the knowledge pages share: one query's three states, a mark, what an article's facts are. */
import { Button, type ButtonProps } from "antd";
import { useHref } from "react-router";
import type { Article } from "@/api/knowledge";
import { isReviewDue, today, validityOf } from "@/features/knowledge/model";
import { useT } from "@/shared/i18n";
import { Tag } from "@/shared/ui/Loaded";

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
