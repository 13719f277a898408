/** The pages of a site: what each says, what changed since it became an article, and choosing which to keep. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button, Checkbox, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Site, SitePage } from "@/api/knowledge";
import { KeepBar } from "@/features/knowledge/components/KeepBar";
import { Tag } from "@/shared/ui/Loaded";
import { PageDrawer } from "@/features/knowledge/components/PageDrawer";
import { SiteCard } from "@/features/knowledge/components/SiteCard";
import { useAddress } from "@/shared/hooks/address";
import { isAtWork, useSitePages } from "@/features/knowledge/sites";
import { useMaybeT, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/sites.module.css";

const CHANGES = ["new", "changed", "gone", "same", "refused"] as const;
const TONES = { new: "good", changed: "main", gone: "warn", same: "", refused: "" } as const;
const mayKeep = ({ change }: SitePage) => change === "new" || change === "changed" || change === "gone";

export function SitePages({ site }: { site: Site }) {
  const t = useT();
  const { account } = useSession();
  const [address, change] = useAddress();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [opened, setOpened] = useState<SitePage | null>(null);
  const shown = CHANGES.find((name) => name === address("change")) ?? null;
  const list = useSitePages(site, shown);
  const rows = list.data?.pages.flatMap((each) => each.payload) ?? [];
  const choices = [{ value: "", label: t("knowledge.pages_all") }, ...CHANGES.filter((name) => site.pages[name] > 0 || name === shown).map((value) => ({ value, label: t(`knowledge.pages.${value}`, { n: site.pages[value] }) }))];
  const toggle = (ids: number[], isOn: boolean) => setChosen((before) => new Set(isOn ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  const keepable = rows.filter(mayKeep).map(({ id }) => id);
  const isAll = keepable.length > 0 && keepable.every((id) => chosen.has(id));
  return (
    <>
      <Link to={`/a/${account.id}/knowledge/sites`} className={page.back}><ArrowLeftOutlined /> {t("knowledge.sites")}</Link>
      <SiteCard site={site} isOpen />
      <div className={`${page.bar} ${styles.choices}`}><Segmented options={choices} value={shown ?? ""} onChange={(value) => change({ change: value || null })} /></div>
      <section className={page.sheet} aria-label={t("knowledge.pages_of")} aria-busy={list.isFetching}>
        {list.isPending && <LoadingRows rows={4} avatar={false} />}
        {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && <EmptyState title={t(isAtWork(site) ? "knowledge.pages_coming" : "knowledge.pages_none")} />}
        {keepable.length > 0 && (
          <div className={page.item}>
            <Checkbox checked={isAll} indeterminate={!isAll && keepable.some((id) => chosen.has(id))} onChange={(event) => toggle(keepable, event.target.checked)}>{t("knowledge.choose_all", { n: keepable.length })}</Checkbox>
          </div>
        )}
        {rows.map((row) => <Row key={row.id} row={row} isChosen={chosen.has(row.id)} onChoose={(isOn) => toggle([row.id], isOn)} onOpen={() => setOpened(row)} />)}
        {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
      </section>
      <KeepBar site={site} chosen={[...chosen]} isFirst={rows.some((row) => chosen.has(row.id) && row.change === "new")} onKept={() => setChosen(new Set())} />
      {opened && <PageDrawer site={site.id} page={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

interface RowProps {
  row: SitePage;
  isChosen: boolean;
  onChoose: (isOn: boolean) => void;
  onOpen: () => void;
}

function Row({ row, isChosen, onChoose, onOpen }: RowProps) {
  const t = useT();
  const maybe = useMaybeT();
  const title = row.title || new URL(row.url).pathname;
  const reason = row.reason.startsWith("status_") ? t("knowledge.reason_status", { status: row.reason.slice(7) }) : maybe(`knowledge.page_reason.${row.reason}`, row.reason);
  return (
    <div className={page.item} data-change={row.change}>
      <Checkbox checked={isChosen} disabled={!mayKeep(row)} aria-label={t("knowledge.choose_one", { name: title })} onChange={(event) => onChoose(event.target.checked)} />
      <div className={page.grow}>
        {row.title ? <button type="button" className={styles.open} onClick={onOpen}>{title}</button> : <span>{title}</span>}
        <div className={page.sub}>
          <Tag tone={TONES[row.change]}>{t(`knowledge.page_change.${row.change}`)}</Tag>
          {row.reason && <span>{reason}</span>}
          {row.pieces > 0 && <span>{t("knowledge.n_pieces", { n: row.pieces })}</span>}
          <a href={row.url} target="_blank" rel="noopener noreferrer" className={styles.address}>{row.url}</a>
        </div>
      </div>
    </div>
  );
}
