/** Taking in files: drop or choose them, see what was understood and what is wrong, keep what is good, take it back. */
import { InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Modal, Progress, Upload } from "antd";
import { useState } from "react";
import { ProblemError } from "@/api/http";
import type { KnowledgeImport } from "@/api/knowledge";
import { useArchive, useImportFiles } from "@/features/knowledge/api";
import { ImportPreview } from "@/features/knowledge/components/ImportPreview";
import { ACCEPTED, FILE_BYTES, FILES, joined } from "@/features/knowledge/model";
import { announce } from "@/shared/announce";
import { useProblemText } from "@/shared/hooks/problems";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { formatBytes } from "@/shared/i18n/format";
import styles from "@/features/knowledge/components/import.module.css";

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const look = useImportFiles();
  const keep = useImportFiles();
  const takeBack = useArchive();
  const undo = useUndo();
  const [files, setFiles] = useState<File[]>([]);
  const [part, setPart] = useState(0);
  const choose = (chosen: File[]) => {
    look.reset();
    keep.reset();
    setFiles(chosen);
    look.mutate({ files: chosen, isDryRun: true, onProgress: setPart }, { onSuccess: (parts) => announce(t("knowledge.import_found", { n: toKeep(parts) })) });
  };
  const commit = () => {
    const good = new Set(joined(look.data ?? []).articles.filter(({ change }) => change !== "same").map(({ file }) => file));
    const wanted = files.filter(({ name }) => good.has(name));
    const done = (parts: KnowledgeImport[]) => {
      onClose();
      const fresh = parts.flatMap(({ articles }) => articles.flatMap(({ change, article_id: id }) => (change === "new" && id !== null ? [id] : [])));
      undo(t("knowledge.imported", { n: toKeep(parts) }), () => takeBack.mutate({ ids: fresh, archived: true }));
    };
    keep.mutate({ files: wanted, isDryRun: false, onProgress: setPart }, { onSuccess: done });
  };
  const n = look.data ? toKeep(look.data) : 0;
  const isBusy = look.isPending || keep.isPending;
  const error = keep.error ?? look.error;
  return (
    <Modal
      open
      width={820}
      title={t("knowledge.import_title")}
      onCancel={onClose}
      mask={{ closable: files.length === 0 }}
      style={{ top: 40 }}
      styles={{ body: { maxHeight: "calc(100dvh - 220px)", overflowY: "auto" } }}
      footer={[
        <Button key="cancel" onClick={onClose}>{t("action.cancel")}</Button>,
        <Button key="keep" type="primary" disabled={n === 0 || isBusy} loading={keep.isPending} onClick={commit}>{t("knowledge.import_keep", { n })}</Button>,
      ]}
    >
      <div className={styles.stack}>
        <FilePicker files={files} isDisabled={isBusy} onChoose={choose} />
        {isBusy && <Progress percent={Math.round(part * 100)} aria-label={t(keep.isPending ? "knowledge.keeping" : "knowledge.reading")} />}
        {error !== null && <Failed error={error} />}
        {look.data && <ImportPreview {...joined(look.data)} />}
      </div>
    </Modal>
  );
}

const toKeep = (parts: KnowledgeImport[]): number => joined(parts).articles.filter(({ change }) => change !== "same").length;

function FilePicker({ files, isDisabled, onChoose }: { files: File[]; isDisabled: boolean; onChoose: (files: File[]) => void }) {
  const t = useT();
  // The picker tells of each file of a choice in turn: the whole choice is taken with its last one.
  const before = (file: File, all: File[]) => {
    if (file === all.at(-1)) onChoose(all.slice(0, FILES));
    return false;
  };
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <Upload.Dragger accept={ACCEPTED} multiple disabled={isDisabled} showUploadList={false} beforeUpload={before}>
      <div className={styles.drop} data-small={files.length > 0}>
        <InboxOutlined className={styles.icon} />
        <div>{files.length > 0 ? t("knowledge.files_chosen", { n: files.length, size: formatBytes(bytes) }) : t("knowledge.drop")}</div>
        <div className={styles.hint}>{files.length > 0 ? t("knowledge.drop_again") : t("knowledge.drop_hint", { size: formatBytes(FILE_BYTES), n: FILES })}</div>
      </div>
    </Upload.Dragger>
  );
}

function Failed({ error }: { error: unknown }) {
  const { cause, remedy } = useProblemText()(error);
  const detail = error instanceof ProblemError ? error.body.detail : undefined;
  return <Alert type="error" showIcon title={cause} description={<>{remedy}{detail && <div className={styles.detail} lang="en">{detail}</div>}</>} />;
}
