/** What was understood of files: each article with its pieces, and each fault with its place and what to do. */
import { Alert } from "antd";
import type { Imported, ImportFault } from "@/api/knowledge";
import { Pieces } from "@/features/knowledge/components/LivePreview";
import { Tag } from "@/shared/ui/Loaded";
import { useT } from "@/shared/i18n";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/import.module.css";

const TONES = { new: "good", changed: "main", same: "" } as const;

export function ImportPreview({ articles, faults }: { articles: Imported[]; faults: ImportFault[] }) {
  const t = useT();
  const count = (change: Imported["change"]) => articles.filter((each) => each.change === change).length;
  const changes = (["new", "changed", "same"] as const).filter((change) => count(change) > 0);
  const hasUnset = articles.some(({ audience, change }) => change === "new" && audience === "internal");
  return (
    <>
      <div className={styles.counts}>
        {changes.map((change) => <Tag key={change} tone={TONES[change]}>{t(`knowledge.import_n.${change}`, { n: count(change) })}</Tag>)}
        {faults.length > 0 && <Tag tone="bad">{t("knowledge.import_faults", { n: faults.length })}</Tag>}
      </div>
      {articles.length === 0 && <Alert type="warning" showIcon title={t("knowledge.import_nothing")} description={t("knowledge.import_nothing_do")} />}
      {hasUnset && <p className={page.note} style={{ margin: 0 }}>{t("knowledge.import_internal")}</p>}
      {faults.length > 0 && <Faults faults={faults} />}
      {articles.length > 0 && (
        <section aria-label={t("knowledge.understood")}>
          <h3 className={styles.heading}>{t("knowledge.understood")}</h3>
          {articles.map((article) => <Understood key={`${article.file} ${article.key}`} article={article} />)}
        </section>
      )}
    </>
  );
}

function Understood({ article }: { article: Imported }) {
  const t = useT();
  return (
    <details className={styles.article}>
      <summary>
        <span className={page.name}>{article.title}</span>{" "}
        <Tag tone={TONES[article.change]}>{t(`knowledge.change.${article.change}`)}</Tag>{" "}
        <Tag tone={article.audience === "public" ? "good" : ""}>{t(`knowledge.audience.${article.audience}`)}</Tag>
        <div className={page.sub}>
          <span>{article.file}</span>
          <span>{t("knowledge.n_pieces", { n: article.pieces })}</span>
          {(article.valid_from || article.valid_to) && <span>{t("knowledge.validity_of", { from: article.valid_from ?? t("knowledge.always"), to: article.valid_to ?? t("knowledge.no_end") })}</span>}
        </div>
      </summary>
      <div className={styles.inside}><Pieces pieces={article.preview} total={article.pieces} /></div>
    </details>
  );
}

function Faults({ faults }: { faults: ImportFault[] }) {
  const t = useT();
  return (
    <section aria-label={t("knowledge.import_wrong")}>
      <h3 className={styles.heading}>{t("knowledge.import_wrong")}</h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead><tr><th scope="col">{t("knowledge.file")}</th><th scope="col" className={styles.number}>{t("knowledge.line")}</th><th scope="col">{t("knowledge.wrong_do")}</th></tr></thead>
          <tbody>
            {faults.map((fault) => (
              <tr key={`${fault.file} ${fault.line} ${fault.detail}`}><td>{fault.file}</td><td className={styles.number}>{fault.line}</td><td lang="en">{fault.detail}<div className={page.faint}>{fault.remedy}</div></td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
