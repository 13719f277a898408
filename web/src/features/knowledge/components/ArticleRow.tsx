/** One article in the list: what it is called, who may see it, whether it holds. */
import { Link, useLocation } from "react-router";
import type { Article } from "@/api/knowledge";
import { Marks } from "@/features/knowledge/components/Parts";
import { placeOfArticle } from "@/features/knowledge/filters";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useAgents } from "@/shared/reference";
import { useSession } from "@/shared/session";
import styles from "@/features/knowledge/components/page.module.css";

export function ArticleRow({ row }: { row: Article }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  const { search } = useLocation();
  const owner = (useAgents().data ?? []).find(({ id }) => id === row.owner_id);
  return (
    <Link to={placeOfArticle(account.id, row.id)} state={{ list: search }} className={styles.item} data-article={row.key}>
      <div className={styles.grow}>
        <div className={styles.name}>{row.title}</div>
        <div className={styles.sub}>
          <Marks article={row} />
          {row.category && <span>{row.category}</span>}
          {row.valid_to !== null && <span>{t("knowledge.until", { day: row.valid_to })}</span>}
          <span>{t(`knowledge.locale.${row.locale}`)}</span>
          {owner && <span>{owner.name}</span>}
          <span>{t("knowledge.changed_at", { time: format.dateTime(row.updated_at) })}</span>
        </div>
      </div>
    </Link>
  );
}
