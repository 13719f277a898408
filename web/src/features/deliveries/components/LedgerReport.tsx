/** The ledger by inbox: what came in, what was answered, what went out; what does not balance is named row by row. */
import { Segmented, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { InboxLedger, UnbalancedRow } from "@/api/channel_operations";
import { useReport } from "@/features/deliveries/log_api";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { Rows as Listed } from "@/shared/ui/Rows";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

const DAYS = [1, 7, 30] as const;
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, n) => all + n, 0);

export function LedgerReport() {
  const t = useT();
  const format = useFormat();
  const [days, setDays] = useState<(typeof DAYS)[number]>(1);
  const report = useReport(days);
  const columns = useColumns();
  return (
    <section>
      <div className={styles.bar}>
        <Segmented options={DAYS.map((value) => ({ value, label: t("ledger.days", { n: value }) }))} value={days} onChange={setDays} />
        {report.data && (
          <p className={styles.balance} data-balanced={report.data.is_balanced}>
            {t(report.data.is_balanced ? "ledger.balanced" : "ledger.unbalanced_rows")} {t("ledger.definition", { time: format.dateTime(report.data.since) })}
          </p>
        )}
      </div>
      {report.isPending && <LoadingRows rows={3} avatar={false} />}
      {report.isError && <ErrorState error={report.error} onRetry={() => void report.refetch()} />}
      {report.data && (
        <Listed
          rowKey="inbox_id"
          columns={columns}
          dataSource={report.data.payload}
          width={980}
          expandable={{ showExpandColumn: !report.data.is_balanced, rowExpandable: (row) => row.imbalance > 0, expandedRowRender: (row) => <Rows rows={row.unbalanced} /> }}
        />
      )}
    </section>
  );
}

function useColumns(): TableColumnsType<InboxLedger> {
  const t = useT();
  const maybe = useMaybeT();
  const count = (name: string, title: string, value: (row: InboxLedger) => number): TableColumnsType<InboxLedger>[number] => ({
    title: <span title={t("ledger.about", { what: title })}>{title}</span>,
    key: name,
    align: "right",
    render: (_, row) => <span className={styles.number} data-zero={value(row) === 0}>{value(row).toLocaleString()}</span>,
  });
  const sent = (name: string) => (row: InboxLedger) => row.deliveries[name] ?? 0;
  return [
    { title: t("queue.inbox"), key: "inbox", width: 190, render: (_, row) => <div><b>{row.name}</b><div className={styles.detail}>{maybe(`channel.${row.channel}`, row.channel)}</div></div> },
    count("accepted", t("ledger.accepted"), (row) => row.accepted),
    count("settled", t("ledger.settled"), (row) => row.settled),
    count("waiting", t("ledger.unanswered"), (row) => row.waiting),
    count("turns", t("ledger.turns"), (row) => sum(row.turns)),
    count("sent", t("ledger.sent"), sent("sent")),
    count("pending", t("ledger.pending"), sent("pending")),
    count("failed", t("ledger.failed"), sent("failed")),
    count("unknown", t("ledger.unknown"), sent("unknown")),
    count("refused", t("ledger.refused_calls"), (row) => row.refused_calls),
    {
      title: t("ledger.imbalance"),
      key: "imbalance",
      align: "right",
      render: (_, row) => <b className={styles.imbalance} data-wrong={row.imbalance > 0}>{row.imbalance}</b>,
    },
  ];
}

function Rows({ rows }: { rows: UnbalancedRow[] }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  return (
    <ul className={styles.rows}>
      {rows.map((row) => (
        <li key={`${row.kind}${row.id}`}>
          {t(`ledger.row.${row.kind}`, { id: row.id })} · {format.dateTime(row.at)}
          {row.conversation_id !== null && <> · <Link to={`/a/${account.id}/conversations/${row.conversation_id}`}>#{row.conversation_id}</Link></>}
        </li>
      ))}
    </ul>
  );
}
