/** What has been changed and reaches no customer yet: look at it, publish it, or throw it away. */
import { App, Button, Drawer, Input, Popconfirm } from "antd";
import { lazy, Suspense, useState } from "react";
import type { PackState } from "@/api/flows";
import { isTalksFailing, useDiscard, usePackFile, usePublish, useUseVersion } from "@/features/flows/api";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { isAtLeast, useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import { FailingTalks } from "@/features/flows/components/FailingTalks";
import styles from "@/features/flows/components/page.module.css";

const DiffText = lazy(() => import("@/features/flows/components/DiffText"));

export function PublishBar({ state }: { state: PackState }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (!state.is_published_fit) {
    return <div className={styles.publish} data-tone="bad" role="alert"><span className={styles.publishText}>{t("flows.unfit")}</span></div>;
  }
  const { draft } = state;
  if (!draft || draft.paths.length === 0) return null;
  const canEdit = isAtLeast(account.role, "administrator");
  return (
    <div className={styles.publish} data-draft={draft.edition}>
      <span className={styles.publishText}>
        <b>{t("flows.unpublished", { n: draft.paths.length })}</b>{" "}
        {t("flows.changed_by", { name: draft.updated_by?.name ?? "–", time: format.dateTime(draft.updated_at) })}
      </span>
      <Button type={canEdit ? "primary" : "default"} onClick={() => setOpen(true)}>{t(canEdit ? "flows.publish" : "flows.see_changes")}</Button>
      {isOpen && <Changes state={state} canEdit={canEdit} onClose={() => setOpen(false)} />}
    </div>
  );
}

function Changes({ state, canEdit, onClose }: { state: PackState; canEdit: boolean; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const offerUndo = useUndo();
  const [note, setNote] = useState("");
  const publishing = usePublish(state.name);
  const discarding = useDiscard(state.name);
  const going = useUseVersion(state.name);
  const before = state.published?.id ?? null;
  const edition = state.draft?.edition ?? 0;
  const [areFailing, setFailing] = useState(false);
  const publish = (despite = false) =>
    publishing.mutate({ edition, note, despite_failing: despite }, {
      onError: (error) => setFailing(isTalksFailing(error)),
      onSuccess: (after) => {
        onClose();
        offerUndo(t("flows.published", { n: after?.published?.number ?? 0 }), () => going.mutate(before));
      },
    });
  const discard = () =>
    discarding.mutate(edition, {
      onSuccess: () => {
        onClose();
        void message.success(t("flows.discarded"));
      },
    });
  const footer = canEdit && (
    <div className={styles.bar} style={{ margin: 0 }}>
      <Popconfirm title={t("flows.discard_ask")} okText={t("flows.discard")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={discard}>
        <Button danger type="text" loading={discarding.isPending}>{t("flows.discard")}</Button>
      </Popconfirm>
      <span className={styles.push} />
      <Input className={styles.field} value={note} maxLength={300} placeholder={t("flows.note")} aria-label={t("flows.note")} onChange={(event) => setNote(event.target.value)} onPressEnter={() => publish()} />
      <Button type="primary" loading={publishing.isPending} onClick={() => publish()}>{t("flows.publish_now")}</Button>
    </div>
  );
  return (
    <Drawer open size="large" title={t("flows.see_changes")} onClose={onClose} footer={footer} destroyOnHidden>
      <div className={styles.files}>
        {(state.draft?.paths ?? []).map((path) => <Change key={path} pack={state.name} path={path} />)}
      </div>
      {areFailing && <FailingTalks pack={state.name} edition={edition} isBusy={publishing.isPending} onPublish={() => publish(true)} onClose={() => setFailing(false)} />}
    </Drawer>
  );
}

function Change({ pack, path }: { pack: string; path: string }) {
  const file = usePackFile(pack, path);
  if (file.isError && !file.data) return <ErrorState error={file.error} onRetry={() => void file.refetch()} />;
  if (!file.data) return <LoadingRows rows={2} avatar={false} />;
  return <ChangedFile path={path} before={file.data.published_text} after={file.data.text} />;
}

export function ChangedFile({ path, before, after }: { path: string; before: string | null; after: string | null }) {
  const t = useT();
  const how = before === null ? "added" : after === null ? "removed" : "changed";
  return (
    <section aria-label={path}>
      <div className={styles.fileHead}><code>{path}</code><span className={styles.tag}>{t(`flows.difference.${how}`)}</span></div>
      <Suspense fallback={<LoadingRows rows={2} avatar={false} />}>
        <DiffText before={before ?? ""} after={after ?? ""} label={path} unchanged={t("flows.unchanged_lines")} />
      </Suspense>
    </section>
  );
}
