/** Versions: which one customers get, what each changes against it, and going back. */
import { RollbackOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { PackState, PackVersion } from "@/api/flows";
import { useUseVersion, useVersionFiles, useVersions } from "@/features/flows/api";
import { ChangedFile } from "@/features/flows/components/PublishBar";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/flows/components/page.module.css";

export function VersionsSection({ state }: { state: PackState }) {
  const t = useT();
  const versions = useVersions(state.name);
  return (
    <div className={styles.scroll}>
      <div className={styles.column}>
        <header className={styles.head}>
          <div className={styles.headText}>
            <h2 className={styles.title}>{t("flows.versions")}</h2>
            <p className={styles.hint}>{t("flows.versions_hint")}</p>
          </div>
        </header>
        <div className={styles.sheet}>
          {versions.isPending && <LoadingRows rows={2} avatar={false} />}
          {versions.isError && !versions.data && <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />}
          {versions.data?.length === 0 && <EmptyState title={t("flows.no_versions")} hint={t("flows.no_versions_hint")} />}
          {versions.data?.map((version) => <Version key={version.id} state={state} version={version} />)}
          {versions.data && <Shipped state={state} />}
        </div>
      </div>
    </div>
  );
}

/** Going to a version can be undone: the one before is a version too. */
function useGo(state: PackState): { go: (version: number | null, said: string) => void; isGoing: boolean } {
  const using = useUseVersion(state.name);
  const offerUndo = useUndo();
  const before = state.published?.id ?? null;
  const go = (version: number | null, said: string) =>
    using.mutate(version, { onSuccess: () => offerUndo(said, () => using.mutate(before)) });
  return { go, isGoing: using.isPending };
}

function Version({ state, version }: { state: PackState; version: PackVersion }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  const [isOpen, setOpen] = useState(false);
  const { go, isGoing } = useGo(state);
  const isHere = state.published?.id === version.id;
  const canEdit = isAtLeast(account.role, "administrator");
  return (
    <article className={styles.version} data-version={version.number}>
      <div className={styles.versionHead}>
        <b>{t("flows.version", { n: version.number })}</b>
        {isHere && <span className={styles.tag} data-tone="good">{t("flows.in_use")}</span>}
        {version.published_at && <span className={styles.faint}>{t("flows.published_by", { name: version.published_by?.name ?? "–", time: format.dateTime(version.published_at) })}</span>}
        <div className={styles.tools}>
          {!isHere && <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? t("flows.hide_diff") : t("flows.diff")}</Button>}
          {!isHere && canEdit && <Button size="small" icon={<RollbackOutlined />} loading={isGoing} onClick={() => go(version.id, t("flows.went_to", { n: version.number }))}>{t("flows.use")}</Button>}
        </div>
      </div>
      {version.note && <div>{version.note}</div>}
      <div className={styles.chips}>{version.paths.map((path) => <code key={path} className={styles.chip}>{path}</code>)}</div>
      {isOpen && <Differences pack={state.name} version={version.id} />}
    </article>
  );
}

function Differences({ pack, version }: { pack: string; version: number }) {
  const t = useT();
  const found = useVersionFiles(pack, version);
  if (found.isError && !found.data) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <LoadingRows rows={2} avatar={false} />;
  if (found.data.files.length === 0) return <p className={styles.faint}>{t("flows.same_as_now")}</p>;
  return (
    <div className={styles.files}>
      {found.data.files.map(({ path, text, published_text: now }) => <ChangedFile key={path} path={path} before={now} after={text} />)}
    </div>
  );
}

/** The pack as it came: the account can always come back to it. */
function Shipped({ state }: { state: PackState }) {
  const t = useT();
  const { account } = useSession();
  const { go, isGoing } = useGo(state);
  const isHere = state.published === null;
  return (
    <article className={styles.version} data-version="shipped">
      <div className={styles.versionHead}>
        <b>{t("flows.shipped")}</b>
        <span className={styles.faint}>{t("understand.pack_version", { version: state.version })}</span>
        {isHere && <span className={styles.tag} data-tone="good">{t("flows.in_use")}</span>}
        <div className={styles.tools}>
          {!isHere && isAtLeast(account.role, "administrator") && (
            <Button size="small" icon={<RollbackOutlined />} loading={isGoing} onClick={() => go(null, t("flows.went_to_shipped"))}>{t("flows.use")}</Button>
          )}
        </div>
      </div>
    </article>
  );
}
