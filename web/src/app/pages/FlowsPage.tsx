/** Flows: what the bot does and says, drawn, edited, tried, published. Supervisors read, administrators change. */
import { useEffect, useRef } from "react";
import { ApartmentOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { Navigate, NavLink, useLocation, useParams, useSearchParams } from "react-router";
import { usePacks, usePackState } from "@/features/flows/api";
import { FlowList } from "@/features/flows/components/FlowList";
import { FlowSection } from "@/features/flows/components/FlowSection";
import { PublishBar } from "@/features/flows/components/PublishBar";
import { VersionsSection } from "@/features/flows/components/VersionsSection";
import { WordingSection } from "@/features/flows/components/WordingSection";
import { SECTIONS, titleIn } from "@/features/flows/model";
import { useAskBeforeLeaving } from "@/features/flows/unsaved";
import { useI18n, useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/flows/components/page.module.css";

export function FlowsPage() {
  const t = useT();
  const locale = useI18n((state) => state.locale);
  const { account } = useSession();
  const { section, name } = useParams();
  const { search } = useLocation();
  const [params, setParams] = useSearchParams();
  const packs = usePacks();
  const nav = useRef<HTMLElement>(null);
  useAskBeforeLeaving();
  const current = SECTIONS.find((each) => each === (section === "flow" ? "list" : section));
  // On a phone the sections are one row that scrolls: the chosen one must be seen.
  useEffect(() => {
    nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  if (!isAtLeast(account.role, "supervisor")) return <Navigate to={`/a/${account.id}/conversations`} replace />;
  if (!current) return <Navigate to={{ pathname: `/a/${account.id}/flows/list`, search }} replace />;
  const known = packs.data ?? [];
  const wanted = params.get("pack");
  const pack = known.find((each) => each.name === wanted) ?? known.find((each) => each.is_default) ?? known[0];
  return (
    <div className={styles.page}>
      <nav ref={nav} className={styles.sections} aria-label={t("flows.title")}>
        <h1 className={styles.pageTitle}>{t("flows.title")}</h1>
        {pack && known.length > 1 && (
          <Select className={styles.pack} value={pack.name} aria-label={t("understand.pack")} options={known.map((each) => ({ value: each.name, label: titleIn(each.title, locale) }))} onChange={(value: string) => setParams({ pack: value })} />
        )}
        {SECTIONS.map((each) => (
          <NavLink key={each} to={{ pathname: `/a/${account.id}/flows/${each}`, search: wanted ? `?pack=${wanted}` : "" }} className={({ isActive }) => `${styles.section} ${isActive || (each === current) ? styles.here : ""}`}>
            {t(`flows.${each}`)}
          </NavLink>
        ))}
      </nav>
      <main className={styles.content} id="thread" tabIndex={-1}>
        {packs.isPending && <div className={styles.scroll}><LoadingRows rows={4} avatar={false} /></div>}
        {packs.isError && <ErrorState error={packs.error} onRetry={() => void packs.refetch()} />}
        {packs.isSuccess && !pack && <EmptyState icon={<ApartmentOutlined />} title={t("understand.no_packs")} hint={t("understand.no_packs_hint")} />}
        {pack && <Shown key={pack.name} pack={pack.name} section={section ?? "list"} name={name ?? ""} />}
      </main>
    </div>
  );
}

function Shown({ pack, section, name }: { pack: string; section: string; name: string }) {
  const state = usePackState(pack);
  if (state.isError && !state.data) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />;
  if (!state.data) return <div className={styles.scroll}><LoadingRows rows={4} avatar={false} /></div>;
  return (
    <>
      <PublishBar state={state.data} />
      {section === "list" && <FlowList state={state.data} />}
      {section === "flow" && <FlowSection key={name} state={state.data} name={name} />}
      {section === "wording" && <WordingSection state={state.data} language={name} />}
      {section === "versions" && <VersionsSection state={state.data} />}
    </>
  );
}
