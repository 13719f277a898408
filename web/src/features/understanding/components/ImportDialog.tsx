/** Taking in a file: drop or choose it, see what it holds, keep what is good, and take it all back. */
import { InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Modal, Spin, Upload } from "antd";
import { useState } from "react";
import { ProblemError } from "@/api/http";
import type { Import, Pack } from "@/api/understanding";
import { useImport, useRemoveBatch } from "@/features/understanding/api";
import { ImportPreview } from "@/features/understanding/components/ImportPreview";
import { CSV_BYTES } from "@/features/understanding/model";
import { announce } from "@/shared/announce";
import { useProblemText } from "@/shared/hooks/problems";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { formatBytes } from "@/shared/i18n/format";
import styles from "@/features/understanding/components/import.module.css";

export function ImportDialog({ pack, onClose }: { pack: Pack; onClose: () => void }) {
  const t = useT();
  const look = useImport();
  const keep = useImport();
  const undo = useUndo();
  const takeBack = useRemoveBatch();
  const [file, setFile] = useState<File | null>(null);
  const [isTooLarge, setTooLarge] = useState(false);
  const choose = (chosen: File) => {
    look.reset();
    keep.reset();
    setFile(chosen);
    setTooLarge(chosen.size > CSV_BYTES);
    if (chosen.size <= CSV_BYTES) look.mutate({ pack: pack.name, file: chosen, isDryRun: true }, { onSuccess: (found) => announce(t("understand.csv_good", { n: found.valid })) });
  };
  const commit = () => {
    if (!file) return;
    const done = ({ added, batch }: Import) => {
      onClose();
      if (batch) undo(t("understand.lines_added", { n: added }), () => takeBack.mutate(batch));
    };
    keep.mutate({ pack: pack.name, file, isDryRun: false }, { onSuccess: done });
  };
  const found = look.data;
  const error = keep.error ?? look.error;
  return (
    <Modal
      open
      width={760}
      title={t("understand.import_title")}
      onCancel={onClose}
      style={{ top: 40 }}
      styles={{ body: { maxHeight: "calc(100dvh - 220px)", overflowY: "auto" } }}
      footer={[
        <Button key="cancel" onClick={onClose}>{t("action.cancel")}</Button>,
        <Button key="keep" type="primary" disabled={!found || found.valid === 0} loading={keep.isPending} onClick={commit}>
          {t("understand.keep_lines", { n: found?.valid ?? 0 })}
        </Button>,
      ]}
    >
      <div className={styles.stack}>
        <FilePicker file={file} onChoose={choose} />
        {look.isPending && <div className={styles.wait}><Spin aria-label={t("state.loading")} /></div>}
        {isTooLarge && <Alert type="error" showIcon title={t("problem.code.nlu_csv_too_large")} description={t("understand.csv_divide", { size: formatBytes(CSV_BYTES) })} />}
        {error !== null && <FileProblem error={error} />}
        {found && <ImportPreview found={found} pack={pack} />}
      </div>
    </Modal>
  );
}

function FilePicker({ file, onChoose }: { file: File | null; onChoose: (file: File) => void }) {
  const t = useT();
  const before = (chosen: File) => {
    onChoose(chosen);
    return false;
  };
  return (
    <Upload.Dragger accept=".csv,.tsv,.txt,text/csv,text/plain" multiple={false} showUploadList={false} beforeUpload={before}>
      <div className={styles.drop} data-small={file !== null}>
        <InboxOutlined className={styles.icon} />
        <div>{file ? `${file.name} · ${formatBytes(file.size)}` : t("understand.drop")}</div>
        <div className={styles.hint}>{file ? t("understand.drop_another") : t("understand.drop_hint")}</div>
      </div>
    </Upload.Dragger>
  );
}

/** Why the whole file was refused; the server's own words name the line. */
function FileProblem({ error }: { error: unknown }) {
  const { cause, remedy } = useProblemText()(error);
  const detail = error instanceof ProblemError ? error.body.detail : undefined;
  return <Alert type="error" showIcon title={cause} description={<>{remedy}{detail && detail !== error && <div className={styles.detail} lang="en">{detail}</div>}</>} />;
}
