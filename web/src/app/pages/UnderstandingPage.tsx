/** Understanding: what the bot was taught, how well it reads, and trying it. For supervisors and administrators. */
import { BulbOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { useEffect, useRef } from "react";
import { Navigate, NavLink, useLocation, useParams, useSearchParams } from "react-router";
import type { Pack } from "@/api/understanding";
import { usePacks } from "@/features/understanding/api";
import { AuditSection } from "@/features/understanding/components/AuditSection";
import { ExamplesSection } from "@/features/understanding/components/ExamplesSection";
import { ModelsSection } from "@/features/understanding/components/ModelsSection";
import { ReportSection } from "@/features/understanding/components/ReportSection";
import { TrySection } from "@/features/understanding/components/TrySection";
import { SECTIONS, titleIn, type Section } from "@/features/understanding/model";
import { useI18n, useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";

const SHOWN: Record<Section, (props: { pack: Pack }) => React.ReactNode> = {
  models: ModelsSection,
  examples: ExamplesSection,
  audit: AuditSection,
  report: ReportSection,
  try: TrySection,
};

export function UnderstandingPage() {
  const t = useT();
  const { account } = useSession();
  const { section } = useParams();
  const { search } = useLocation();
  const packs = usePacks();
  const [params] = useSearchParams();
  const nav = useRef<HTMLElement>(null);
  const current = SECTIONS.find((name) => name === section);
  // On a phone the sections are one row that scrolls: the chosen one must be seen.
  useEffect(() => {
    nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  if (!isAtLeast(account.role, "supervisor")) return <Navigate to={`/a/${account.id}/conversations`} replace />;
  if (!current) return <Navigate to={{ pathname: `/a/${account.id}/understanding/models`, search }} replace />;
  const wanted = params.get("pack");
  const known = packs.data ?? [];
  const pack = known.find(({ name }) => name === wanted) ?? known.find((each) => each.is_default) ?? known[0];
  return (
    <div className={styles.page}>
      <nav ref={nav} className={styles.sections} aria-label={t("understand.title")}>
        <h1 className={styles.pageTitle}>{t("understand.title")}</h1>
        {pack && known.length > 1 && <PackChoice packs={known} pack={pack} />}
        {SECTIONS.map((name) => (
          <NavLink key={name} to={{ pathname: `/a/${account.id}/understanding/${name}`, search: wanted ? `?pack=${wanted}` : "" }} className={styles.section}>
            {t(`understand.${name}`)}
          </NavLink>
        ))}
      </nav>
      <main className={styles.content} id="thread" tabIndex={-1}>
        <div className={styles.column}>
          <header className={styles.head}>
            <h2 className={styles.title}>{t(`understand.${current}`)}</h2>
            <p className={styles.hint}>{t(`understand.${current}_hint`)}</p>
          </header>
          {packs.isPending && <div className={styles.sheet}><LoadingRows rows={3} avatar={false} /></div>}
          {packs.isError && !packs.data && <div className={styles.sheet}><ErrorState error={packs.error} onRetry={() => void packs.refetch()} /></div>}
          {packs.isSuccess && !pack && <EmptyState icon={<BulbOutlined />} title={t("understand.no_packs")} hint={t("understand.no_packs_hint")} />}
          {pack && <Shown key={`${current} ${pack.name}`} section={current} pack={pack} />}
        </div>
      </main>
    </div>
  );
}

function Shown({ section, pack }: { section: Section; pack: Pack }) {
  const Chosen = SHOWN[section];
  return <Chosen pack={pack} />;
}

function PackChoice({ packs, pack }: { packs: Pack[]; pack: Pack }) {
  const t = useT();
  const locale = useI18n((state) => state.locale);
  const [, setParams] = useSearchParams();
  return (
    <Select
      className={styles.pack}
      value={pack.name}
      aria-label={t("understand.pack")}
      options={packs.map(({ name, title }) => ({ value: name, label: titleIn(title, locale) }))}
      onChange={(name: string) => setParams({ pack: name })}
    />
  );
}
