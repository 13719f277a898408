/** What an article said at each time: every version beside the one before it, and the way back. */
import { RollbackOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { ArticleDetail, Version } from "@/api/knowledge";
import { useChangeArticle, useVersions } from "@/features/knowledge/api";
import { Difference } from "@/features/knowledge/components/Difference";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import { useUndo } from "@/shared/hooks/undo";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useAgents } from "@/shared/reference";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/article.module.css";

export function Versions({ article, mayWrite }: { article: ArticleDetail; mayWrite: boolean }) {
  const query = useVersions(article.id);
  return <Loaded query={query}>{(versions) => <List article={article} versions={versions} mayWrite={mayWrite} />}</Loaded>;
}

function List({ article, versions, mayWrite }: { article: ArticleDetail; versions: Version[]; mayWrite: boolean }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const agents = useAgents().data ?? [];
  const [number, setNumber] = useState(article.version);
  const chosen = versions.find((each) => each.number === number) ?? versions[0];
  if (!chosen) return null;
  const before = versions.find((each) => each.number < chosen.number);
  return (
    <section className={`${page.sheet} ${styles.versions}`} aria-label={t("knowledge.view.versions")}>
      <div className={styles.versionList}>
        {versions.map((each) => (
          <button key={each.number} type="button" className={styles.version} aria-current={each.number === chosen.number} onClick={() => setNumber(each.number)}>
            <span className={page.name}>{t("knowledge.version_n", { n: each.number })} {each.number === article.version && <Tag tone="good">{t("knowledge.in_force")}</Tag>}</span>
            <span className={page.faint}>{format.dateTime(each.created_at)}</span>
            <span className={page.faint}>{agents.find(({ id }) => id === each.created_by)?.name ?? ""} {maybe(`knowledge.source.${each.source}`, each.source)}</span>
          </button>
        ))}
      </div>
      <div>
        <div className={styles.versionHead}>
          <span className={page.grow}>{before ? t("knowledge.compared", { n: chosen.number, before: before.number }) : t("knowledge.first_version")}</span>
          {mayWrite && chosen.number !== article.version && <Restore article={article} version={chosen} />}
        </div>
        <Difference before={before ? textOf(before) : ""} after={textOf(chosen)} />
      </div>
    </section>
  );
}

const textOf = ({ title, body }: Version): string => `${title}\n\n${body.trim()}`;

/** An old version comes back as a new one: nothing that was said is lost. */
function Restore({ article, version }: { article: ArticleDetail; version: Version }) {
  const t = useT();
  const change = useChangeArticle();
  const undo = useUndo();
  const restore = () =>
    change.mutate(
      { id: article.id, title: version.title, body: version.body },
      { onSuccess: () => undo(t("knowledge.version_restored", { n: version.number }), () => change.mutate({ id: article.id, title: article.title, body: article.body })) },
    );
  return <Button size="small" icon={<RollbackOutlined />} loading={change.isPending} onClick={restore}>{t("knowledge.restore_version", { n: version.number })}</Button>;
}
