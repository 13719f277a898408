/** One site: what state its reading is in, how many pages of each kind there are, and what can be done. */
import { DeleteOutlined, ReloadOutlined, StopOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Progress } from "antd";
import type { Site } from "@/api/knowledge";
import { GoButton } from "@/features/knowledge/components/Parts";
import { Tag } from "@/shared/ui/Loaded";
import { isAtWork, useCancelSite, useReadSite, useRemoveSite } from "@/features/knowledge/sites";
import { useMaybeT, useT } from "@/shared/i18n";
import { formatBytes, useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/sites.module.css";

const STATES = { waiting: "main", running: "main", done: "good", failed: "bad", cancelled: "warn" } as const;
const CHANGES = { new: "good", changed: "main", gone: "warn", same: "", refused: "" } as const;
type Change = keyof typeof CHANGES;
const ORDER = Object.keys(CHANGES) as Change[];

export function SiteCard({ site, isOpen = false }: { site: Site; isOpen?: boolean }) {
  const t = useT();
  const { account } = useSession();
  return (
    <section className={page.card} data-site={site.id} data-status={site.status} aria-label={site.start_url}>
      <div className={page.titleRow}>
        <div className={page.grow}>
          <h3 className={page.line}>{site.start_url}</h3>
          <div className={page.sub}>
            <Tag tone={STATES[site.status]}>{t(`knowledge.site.${site.status}`)}</Tag>
            {ORDER.filter((change) => site.pages[change] > 0).map((change) => <Tag key={change} tone={CHANGES[change]}>{t(`knowledge.pages.${change}`, { n: site.pages[change] })}</Tag>)}
          </div>
        </div>
        <Tools site={site} />
      </div>
      <State site={site} />
      {!isOpen && site.pages_read + site.pages.new + site.pages.same + site.pages.changed > 0 && (
        <div className={page.actions}><GoButton to={`/a/${account.id}/knowledge/sites/${site.id}`} type={site.pages.new + site.pages.changed > 0 && !isAtWork(site) ? "primary" : "default"}>{t("knowledge.site_look")}</GoButton></div>
      )}
    </section>
  );
}

function State({ site }: { site: Site }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const { error } = site;
  if (isAtWork(site)) {
    const total = Math.max(1, site.pages_read + site.pages_waiting);
    return (
      <div className={styles.progress} aria-live="polite">
        <Progress percent={Math.min(99, Math.round((100 * site.pages_read) / total))} aria-label={t("knowledge.reading")} />
        <div className={page.faint}>{t("knowledge.site_progress", { n: site.pages_read, waiting: site.pages_waiting, size: formatBytes(site.bytes_read) })}</div>
      </div>
    );
  }
  return (
    <div className={styles.state}>
      {error && <div role="alert"><strong>{maybe(`knowledge.site_error.${error.code}`, t("knowledge.site_error.other"))}</strong> {maybe(`knowledge.site_remedy.${error.code}`, "")}</div>}
      {site.stopped_by && <div>{t(`knowledge.stopped.${site.stopped_by}`)}</div>}
      {site.finished_at && <div className={page.faint}>{t("knowledge.site_finished", { time: format.dateTime(site.finished_at), n: site.pages_read, size: formatBytes(site.bytes_read) })}</div>}
    </div>
  );
}

function Tools({ site }: { site: Site }) {
  const t = useT();
  const again = useReadSite();
  const cancel = useCancelSite();
  const remove = useRemoveSite();
  if (isAtWork(site)) return <Button icon={<StopOutlined />} loading={cancel.isPending} onClick={() => cancel.mutate(site.id)}>{t("knowledge.site_cancel")}</Button>;
  return (
    <div className={page.tools}>
      <Button icon={<ReloadOutlined />} loading={again.isPending} onClick={() => again.mutate(site.id)}>{t("knowledge.site_again")}</Button>
      <Popconfirm title={t("knowledge.site_remove")} description={t("knowledge.site_remove_hint")} okText={t("action.delete")} cancelText={t("action.cancel")} onConfirm={() => remove.mutate(site.id)}>
        <Button type="text" icon={<DeleteOutlined />} loading={remove.isPending} aria-label={t("settings.delete_one", { name: site.start_url })} />
      </Popconfirm>
    </div>
  );
}
