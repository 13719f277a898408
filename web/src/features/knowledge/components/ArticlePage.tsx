/** One article: what readers see, its facts, what it said before; writing it; taking it out of every answer. */
import { ArrowLeftOutlined, EditOutlined, InboxOutlined, RollbackOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { Link, useLocation, useParams } from "react-router";
import type { ArticleDetail } from "@/api/knowledge";
import { useArchive, useArticle, useHelpCentre, usePreview } from "@/features/knowledge/api";
import { ArticleEditor } from "@/features/knowledge/components/ArticleEditor";
import { Marks, Prose } from "@/features/knowledge/components/Parts";
import { Loaded } from "@/shared/ui/Loaded";
import { Versions } from "@/features/knowledge/components/Versions";
import { useAddress } from "@/shared/hooks/address";
import { today, validityOf } from "@/features/knowledge/model";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useAgents } from "@/shared/reference";
import { isAtLeast, useSession } from "@/shared/session";
import { LoadingRows } from "@/shared/ui/States";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/article.module.css";

export function ArticlePage() {
  const { id } = useParams();
  const { account } = useSession();
  const { state } = useLocation() as { state: { list?: string } | null };
  const home = `/a/${account.id}/knowledge/articles${state?.list ?? ""}`;
  return (
    <>
      <Back to={home} />
      {id === "new" ? <ArticleEditor article={null} /> : <Existing id={Number(id)} key={id} />}
    </>
  );
}

function Back({ to }: { to: string }) {
  const t = useT();
  return <Link to={to} className={page.back}><ArrowLeftOutlined /> {t("knowledge.articles")}</Link>;
}

const VIEWS = ["read", "versions"] as const;

function Existing({ id }: { id: number }) {
  const t = useT();
  const [address, change] = useAddress();
  const { account } = useSession();
  const query = useArticle(id);
  const mayWrite = isAtLeast(account.role, "supervisor");
  const shown = address("view");
  return (
    <Loaded query={query} rows={5}>
      {(article) =>
        shown === "edit" && mayWrite ? (
          <ArticleEditor key={article.version} article={article} />
        ) : (
          <>
            <Head article={article} mayWrite={mayWrite} onEdit={() => change({ view: "edit" })} />
            <div className={page.bar}>
              <Segmented options={VIEWS.map((value) => ({ value, label: t(`knowledge.view.${value}`) }))} value={shown === "versions" ? "versions" : "read"} onChange={(view) => change({ view: view === "read" ? null : view })} />
            </div>
            {shown === "versions" ? <Versions article={article} mayWrite={mayWrite} /> : <Read article={article} />}
          </>
        )
      }
    </Loaded>
  );
}

function Head({ article, mayWrite, onEdit }: { article: ArticleDetail; mayWrite: boolean; onEdit: () => void }) {
  const t = useT();
  const archive = useArchive();
  const undo = useUndo();
  const isArchived = article.status === "archived";
  const set = (archived: boolean) =>
    archive.mutate(
      { ids: [article.id], archived },
      { onSuccess: () => undo(t(archived ? "knowledge.archived" : "knowledge.restored"), () => archive.mutate({ ids: [article.id], archived: !archived })) },
    );
  return (
    <header className={page.head}>
      <div className={page.titleRow}>
        <div className={page.grow}>
          <h2 className={page.title}>{article.title}</h2>
          <div className={page.sub}><Marks article={article} /></div>
        </div>
        {mayWrite && (
          <div className={page.tools}>
            <Button icon={isArchived ? <RollbackOutlined /> : <InboxOutlined />} loading={archive.isPending} onClick={() => set(!isArchived)}>{t(isArchived ? "knowledge.restore" : "knowledge.archive")}</Button>
            <Button type="primary" icon={<EditOutlined />} onClick={onEdit}>{t("knowledge.edit")}</Button>
          </div>
        )}
      </div>
    </header>
  );
}

function Read({ article }: { article: ArticleDetail }) {
  const t = useT();
  const preview = usePreview(article.title, article.body);
  return (
    <div className={styles.two}>
      <article className={page.card} lang={article.locale} aria-label={t("knowledge.view.read")}>
        {preview.data ? <Prose className={styles.prose} html={preview.data.html} /> : <LoadingRows rows={3} avatar={false} />}
      </article>
      <Facts article={article} pieces={preview.data?.pieces} />
    </div>
  );
}

function Facts({ article, pieces }: { article: ArticleDetail; pieces: number | undefined }) {
  const t = useT();
  const format = useFormat();
  const centre = useHelpCentre().data;
  const owner = (useAgents().data ?? []).find(({ id }) => id === article.owner_id);
  const isShown = centre?.is_open && article.audience === "public" && article.status === "published" && validityOf(article, today()) === "current";
  const path = { "zh-HK": "zh-hk", "zh-Hans": "zh-hans", en: "en" }[article.locale];
  const facts: [string, React.ReactNode][] = [
    [t("knowledge.validity"), t("knowledge.validity_of", { from: article.valid_from ?? t("knowledge.always"), to: article.valid_to ?? t("knowledge.no_end") })],
    [t("knowledge.review"), article.review_at ?? t("knowledge.unset")],
    [t("knowledge.owner"), owner?.name ?? t("knowledge.unset")],
    [t("knowledge.locale"), t(`knowledge.locale.${article.locale}`)],
    [t("knowledge.category"), article.category || t("knowledge.unset")],
    [t("knowledge.tags"), article.tags.length ? format.list(article.tags) : t("knowledge.unset")],
    [t("knowledge.pieces"), pieces ?? "…"],
    [t("knowledge.version"), t("knowledge.version_of", { n: article.version, time: format.dateTime(article.updated_at) })],
    [t("knowledge.key"), <code key="key">{article.key}</code>],
  ];
  return (
    <aside className={page.card} aria-label={t("knowledge.facts")}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      {isShown && <div className={page.actions}><a href={`/hc/${centre.slug}/${path}/articles/${article.id}`} target="_blank" rel="noreferrer">{t("knowledge.open_in_centre")}</a></div>}
    </aside>
  );
}
