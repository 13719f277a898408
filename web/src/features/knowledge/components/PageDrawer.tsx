/** What a page of a site says, and what changed since it became an article. */
import { Drawer } from "antd";
import { Link } from "react-router";
import type { SitePage, SitePageDetail } from "@/api/knowledge";
import { Difference } from "@/features/knowledge/components/Difference";
import { Prose } from "@/features/knowledge/components/Parts";
import { Loaded } from "@/shared/ui/Loaded";
import { placeOfArticle } from "@/features/knowledge/filters";
import { useSitePage } from "@/features/knowledge/sites";
import { useRoom } from "@/shared/hooks/media";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/article.module.css";

export function PageDrawer({ site, page: row, onClose }: { site: number; page: SitePage; onClose: () => void }) {
  const room = useRoom();
  const query = useSitePage(site, row.id);
  return (
    <Drawer open title={row.title} size={room === "one" ? "100%" : 640} onClose={onClose}>
      <Loaded query={query} rows={5}>{(detail) => <Words detail={detail} />}</Loaded>
    </Drawer>
  );
}

function Words({ detail }: { detail: SitePageDetail }) {
  const t = useT();
  const { account } = useSession();
  const { article_id: article } = detail;
  return (
    <>
      <div className={page.sub}>
        <a href={detail.url} target="_blank" rel="noopener noreferrer">{detail.url}</a>
        {article !== null && <Link to={placeOfArticle(account.id, article)}>{t("knowledge.open_article")}</Link>}
      </div>
      {detail.change === "changed" && detail.article_body !== null && (
        <section className={page.sheet} style={{ marginTop: 16 }} aria-label={t("knowledge.difference")}><Difference before={detail.article_body} after={detail.body} /></section>
      )}
      <Prose className={styles.prose} html={detail.html} />
    </>
  );
}
