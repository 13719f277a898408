/** The lines of a file: what is to become of each, everything that is wrong with it, what it changes. */
import { Button } from "antd";
import { Link } from "react-router";
import type { Json } from "@/api/views";
import { shownValue } from "@/features/contacts/components/AttributeValue";
import { useDefinitions, useImportRows, type Definition, type Import, type ImportRow, type Verdict } from "@/features/contacts/records_api";
import { useT, type Key, type Translate } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { Tag, type Tone } from "@/shared/ui/Loaded";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

const TONES: Record<Verdict, Tone> = { unchecked: "", create: "good", update: "main", same: "", skip: "warn", refuse: "bad" };

export function ImportLines({ row, verdict }: { row: Import; verdict: Verdict | null }) {
  const t = useT();
  const list = useImportRows(row, verdict);
  const fields = useDefinitions("contact_attribute").data ?? [];
  const lines = list.data?.pages.flatMap(({ payload }) => payload) ?? [];
  const shown = row.headers.map((header, place) => ({ header, place })).filter(({ place }) => row.mapping[place]);
  return (
    <section className={styles.sheet} aria-label={t("imports.lines")} aria-busy={list.isFetching}>
      {list.isPending && <LoadingRows rows={4} avatar={false} />}
      {list.isError && lines.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && lines.length === 0 && <EmptyState title={t("imports.no_lines")} />}
      {lines.length > 0 && (
        <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("imports.lines")}>
          <table className={`${styles.table} ${styles.lines}`}>
            <thead><tr><th scope="col">{t("imports.line")}</th><th scope="col">{t("imports.becomes")}</th><th scope="col">{t("imports.remarks")}</th>{shown.map(({ header, place }) => <th key={place} scope="col">{header}</th>)}</tr></thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.line}>
                  <td data-label={t("imports.line")}>{line.line}</td>
                  <td data-label={t("imports.becomes")}><Tag tone={line.outcome === "undone" ? "" : TONES[line.verdict]}>{t(line.outcome ? `imports.outcome.${line.outcome}` : `imports.verdict.${line.verdict}`)}</Tag></td>
                  <td className={`${styles.wrap} ${styles.remarks}`}><Remarks line={line} fields={fields} /></td>
                  {shown.map(({ place, header }) => <td key={place} data-label={header} title={line.cells[place]}>{line.cells[place]}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}

const nameOf = (target: string, fields: Definition[], t: Translate): string =>
  target.startsWith("custom:")
    ? (fields.find(({ attribute_key: key }) => `custom:${key}` === target)?.attribute_display_name ?? target.slice(7))
    : t(`imports.target.${target === "company_id" ? "company" : target}` as Key);

function Remarks({ line, fields }: { line: ImportRow; fields: Definition[] }) {
  const t = useT();
  const { account } = useSession();
  const changes = line.verdict === "update" ? Object.entries(line.changes as Record<string, Json>) : [];
  return (
    <>
      {line.problems.map((problem) => (
        <div key={`${problem.code}${problem.column}`}>
          {t(`imports.problem.${problem.code}` as Key, { value: problem.value, line: problem.line ?? 0, column: problem.column ? nameOf(problem.column, fields, t) : "" })}
          {problem.contact_id !== null && <> <Link to={`/a/${account.id}/contacts/${problem.contact_id}`}>{t("imports.see_contact")}</Link></>}
        </div>
      ))}
      {changes.map(([name, change]) => {
        const [before, after] = Array.isArray(change) ? change : [null, null];
        if (name === "company_id") return null;
        return <div key={name}>{nameOf(name, fields, t)}: <span className={styles.old}>{shownValue(before, t)}</span> {shownValue(after, t)}</div>;
      })}
      {line.verdict === "update" && line.contact_id !== null && <Link to={`/a/${account.id}/contacts/${line.contact_id}`}>{t("imports.see_contact")}</Link>}
    </>
  );
}
