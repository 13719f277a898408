/** Files of customers: take one in, see what became of the earlier ones. */
import { InboxOutlined, UploadOutlined } from "@ant-design/icons";
import { Alert, Progress, Upload } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useImports, useUploadContacts, type Import } from "@/features/contacts/records_api";
import { useProblemText } from "@/shared/hooks/problems";
import { useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { Loaded, Tag, type Tone } from "@/shared/ui/Loaded";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

export const TONES: Record<Import["status"], Tone> = { checking: "main", ready: "warn", importing: "main", done: "good", cancelled: "", failed: "bad", undoing: "main", undone: "" };

export function ImportsSection() {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const [part, setPart] = useState(0);
  const upload = useUploadContacts(setPart);
  const list = useImports();
  const take = (file: File) => {
    upload.mutate(file, { onSuccess: ({ id }) => void navigate(`/a/${account.id}/contacts/imports/${id}`) });
    return false;
  };
  return (
    <>
      <section className={styles.card} aria-label={t("imports.start")}>
        <Upload.Dragger accept=".csv,.tsv,.txt,.xlsx" disabled={upload.isPending} showUploadList={false} beforeUpload={take}>
          <div className={styles.drop}>
            <InboxOutlined style={{ fontSize: 28 }} />
            <div>{t("imports.drop")}</div>
            <div className={styles.faint}>{t("imports.drop_hint")}</div>
          </div>
        </Upload.Dragger>
        {upload.isPending && <Progress percent={Math.round(part * 100)} aria-label={t("imports.uploading")} />}
        {upload.isError && <Failed error={upload.error} />}
      </section>
      <Loaded query={list}>
        {(rows) => (
          <section className={styles.sheet} aria-label={t("imports.earlier")}>
            {rows.length === 0 && <EmptyState icon={<UploadOutlined />} title={t("imports.none")} hint={t("imports.none_hint")} />}
            {rows.map((row) => <One key={row.id} row={row} />)}
          </section>
        )}
      </Loaded>
    </>
  );
}

function One({ row }: { row: Import }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  return (
    <Link className={styles.item ?? ""} to={`/a/${account.id}/contacts/imports/${row.id}`}>
      <div className={styles.grow}>
        <div className={styles.name}>{row.file_name}</div>
        <div className={styles.sub}><span>{format.dateTime(row.created_at)}</span><span>{t("imports.rows", { n: row.rows.toLocaleString() })}</span>{row.outcomes.created > 0 && <span>{t("imports.outcome_n.created", { n: row.outcomes.created })}</span>}</div>
      </div>
      <Tag tone={TONES[row.status]}>{t(`imports.status.${row.status}`)}</Tag>
    </Link>
  );
}

export function Failed({ error }: { error: unknown }) {
  const t = useT();
  const { cause, remedy } = useProblemText()(error);
  const body = typeof error === "object" && error !== null && "body" in error ? (error.body as { reason?: string; what?: string; limit?: number }) : {};
  const reason = body.reason ?? body.what;
  return <Alert type="error" showIcon title={cause} description={reason ? t(`imports.why.${reason}` as Key, { limit: (body.limit ?? 0).toLocaleString() }) : remedy} style={{ marginTop: 12 }} />;
}
