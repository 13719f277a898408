/** One file of customers: what its columns are, what would become of each line, and the deed with its way back. */
import { ArrowLeftOutlined, DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Popconfirm, Progress, Segmented } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ImportLines } from "@/features/contacts/components/ImportLines";
import { ImportMapping } from "@/features/contacts/components/ImportMapping";
import { TONES } from "@/features/contacts/components/ImportsSection";
import { isRunning, useFileLinks, useImport, useRecordChange, type Import, type Verdict } from "@/features/contacts/records_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import styles from "@/features/contacts/components/records.module.css";

const VERDICTS = ["create", "update", "same", "skip", "refuse"] as const;
const OUTCOMES = ["created", "updated", "same", "refused", "undone", "kept"] as const;

export function ImportPage({ id }: { id: number }) {
  const t = useT();
  const { account } = useSession();
  const query = useImport(id);
  return (
    <>
      <Link className={styles.back ?? ""} to={`/a/${account.id}/contacts/imports`}><ArrowLeftOutlined /> {t("contacts.section.imports")}</Link>
      <Loaded query={query}>{(row) => <Shown row={row} />}</Loaded>
    </>
  );
}

function Shown({ row }: { row: Import }) {
  const t = useT();
  const format = useFormat();
  const isOpen = row.confirmed_at === null;
  const [chosen, setChosen] = useState<Verdict | "all">("all");
  return (
    <>
      <section className={styles.card} aria-label={row.file_name}>
        <h2 className={styles.title}>{row.file_name} <Tag tone={TONES[row.status]}>{t(`imports.status.${row.status}`)}</Tag></h2>
        <div className={styles.sub}><span>{format.dateTime(row.created_at)}</span><span>{t("imports.rows", { n: row.rows.toLocaleString() })}</span><span>{row.encoding.toUpperCase()}</span></div>
        {isRunning(row) && <Progress percent={Math.floor((100 * row.done) / Math.max(1, row.rows))} aria-label={t(`imports.status.${row.status}`)} style={{ marginTop: 12 }} />}
        {row.status === "failed" && <Alert type="error" showIcon title={t("imports.failed")} style={{ marginTop: 12 }} />}
        {!isRunning(row) && <Counts row={row} />}
        <Steps row={row} />
      </section>
      {isOpen && (row.status === "ready" || row.status === "cancelled") && <ImportMapping key={row.mapping.join()} row={row} />}
      {!isRunning(row) && (
        <>
          <div className={styles.bar} style={{ overflowX: "auto", flexWrap: "nowrap" }}>
            <Segmented<Verdict | "all"> value={chosen} onChange={setChosen} options={[{ value: "all", label: t("imports.all_rows") }, ...VERDICTS.map((value) => ({ value, label: `${t(`imports.verdict.${value}`)} ${row.verdicts[value].toLocaleString()}` }))]} />
          </div>
          <ImportLines row={row} verdict={chosen === "all" ? null : chosen} />
        </>
      )}
    </>
  );
}

function Counts({ row }: { row: Import }) {
  const t = useT();
  if (row.confirmed_at === null) return null;
  const shown = OUTCOMES.filter((name) => row.outcomes[name] > 0);
  return <div className={styles.counts} style={{ marginTop: 12 }}>{shown.map((name) => <Tag key={name} tone={name === "created" || name === "updated" ? "good" : name === "kept" ? "warn" : ""}>{t(`imports.outcome_n.${name}`, { n: row.outcomes[name].toLocaleString() })}</Tag>)}</div>;
}

function Steps({ row }: { row: Import }) {
  const t = useT();
  const say = useSayProblem();
  const navigate = useNavigate();
  const { account } = useSession();
  const links = useFileLinks();
  const change = useRecordChange<Import | null>();
  const act = (what: string) => change.mutate({ method: "post", to: `contact_imports/${row.id}/${what}` }, { onError: say });
  const forget = () => change.mutate({ method: "delete", to: `contact_imports/${row.id}` }, { onError: say, onSuccess: () => void navigate(`/a/${account.id}/contacts/imports`) });
  const n = row.verdicts.create + row.verdicts.update;
  const isOpen = row.confirmed_at === null;
  const mayUndo = !isOpen && ["done", "cancelled", "failed"].includes(row.status) && row.outcomes.created + row.outcomes.updated > 0;
  const left = row.verdicts.refuse + row.verdicts.skip + row.outcomes.kept;
  return (
    <div className={styles.actions}>
      {row.status === "ready" && <Button type="primary" disabled={n === 0} loading={change.isPending} onClick={() => act("confirm")}>{t("imports.confirm", { n: n.toLocaleString() })}</Button>}
      {(row.status === "checking" || row.status === "importing") && <Button onClick={() => act("cancel")}>{t("imports.cancel")}</Button>}
      {left > 0 && !isRunning(row) && <Button icon={<DownloadOutlined />} href={links.refused(row.id)}>{t("imports.refused", { n: left.toLocaleString() })}</Button>}
      {mayUndo && (
        <Popconfirm title={t("imports.undo_ask")} description={t("imports.undo_hint")} okText={t("imports.undo")} cancelText={t("action.cancel")} onConfirm={() => act("undo")}>
          <Button loading={change.isPending}>{t("imports.undo")}</Button>
        </Popconfirm>
      )}
      {!isRunning(row) && <Popconfirm title={t("imports.forget_ask")} description={t(isOpen ? "imports.forget_open" : "imports.forget_hint")} okText={t("imports.forget")} cancelText={t("action.cancel")} onConfirm={forget}><Button type="text">{t("imports.forget")}</Button></Popconfirm>}
    </div>
  );
}
