/** Knowledge: articles, what is missing, sites that are read, the public help centre; and trying a question beside it. */
import { CommentOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Navigate, NavLink, useParams } from "react-router";
import { ArticlePage } from "@/features/knowledge/components/ArticlePage";
import { ArticlesSection } from "@/features/knowledge/components/ArticlesSection";
import { AskPanel } from "@/features/knowledge/components/AskPanel";
import { GapsSection } from "@/features/knowledge/components/GapsSection";
import { HelpCentreSection } from "@/features/knowledge/components/HelpCentreSection";
import { SitesSection } from "@/features/knowledge/components/SitesSection";
import { SECTIONS, type Section } from "@/features/knowledge/model";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/features/knowledge/components/page.module.css";

export function KnowledgePage() {
  const t = useT();
  const { account } = useSession();
  const { section, id } = useParams();
  const [asked, setAsked] = useState<string | null>(null);
  const nav = useRef<HTMLElement>(null);
  const mayWrite = isAtLeast(account.role, "supervisor");
  const sections = mayWrite ? SECTIONS : SECTIONS.slice(0, 1);
  const current = sections.find((name) => name === section);
  // On a phone the sections are one row that scrolls: the chosen one must be seen.
  useEffect(() => {
    nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  if (!current) return <Navigate to={`/a/${account.id}/knowledge/articles`} replace />;
  return (
    <div className={styles.page} data-asking={asked !== null}>
      <nav ref={nav} className={styles.sections} aria-label={t("knowledge.heading")}>
        <h1 className={styles.pageTitle}>{t("knowledge.heading")}</h1>
        {sections.map((name) => <NavLink key={name} to={`/a/${account.id}/knowledge/${name}`} className={styles.section}>{t(`knowledge.${name}`)}</NavLink>)}
        <Button className={styles.ask ?? ""} icon={<CommentOutlined />} aria-expanded={asked !== null} onClick={() => setAsked(asked === null ? "" : null)}><span className={styles.askWord}>{t("knowledge.ask")}</span></Button>
      </nav>
      <main className={styles.content} id="thread" tabIndex={-1}>
        <div className={styles.column}>
          {current === "articles" && id ? <ArticlePage /> : <Listed section={current} onAsk={setAsked} />}
        </div>
      </main>
      {asked !== null && <AskPanel question={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

function Listed({ section, onAsk }: { section: Section; onAsk: (question: string) => void }) {
  const t = useT();
  const { id } = useParams();
  const shown: Record<Section, ReactNode> = {
    articles: <ArticlesSection />,
    gaps: <GapsSection onAsk={onAsk} />,
    sites: <SitesSection />,
    help_centre: <HelpCentreSection />,
  };
  return (
    <>
      {!id && (
        <header className={styles.head}>
          <h2 className={styles.title}>{t(`knowledge.${section}`)}</h2>
          <p className={styles.hint}>{t(`knowledge.${section}_hint`)}</p>
        </header>
      )}
      {shown[section]}
    </>
  );
}
