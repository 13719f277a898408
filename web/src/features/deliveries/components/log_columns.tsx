/** The columns of the webhook log. */
import { Button, type TableColumnsType } from "antd";
import type { LoggedEvent, WebhookCall } from "@/api/channel_operations";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useInboxes } from "@/shared/reference";
import styles from "@/features/deliveries/components/deliveries.module.css";

type Open = ((id: number) => void) | undefined;

export function useCallColumns(onOpen: Open): TableColumnsType<WebhookCall> {
  const t = useT();
  const maybe = useMaybeT();
  const { dateTime } = useFormat();
  const nameOf = useInboxName();
  return [
    { title: t("deliveries.when"), dataIndex: "last_at", width: 170, render: (at: string) => dateTime(at) },
    { title: t("queue.inbox"), dataIndex: "inbox_id", width: 150, render: nameOf },
    {
      title: t("log.what"),
      key: "what",
      render: (_, row) => (
        <div>
          <span className={styles.tag} data-verdict={row.verdict}>{t(`log.${row.verdict}`)}</span> {maybe(`log.reason.${row.reason}`, row.reason)}
          {row.detail && <div className={styles.detail}>{row.detail}</div>}
        </div>
      ),
    },
    { title: t("log.times"), dataIndex: "calls", width: 90, align: "right", render: (n: number) => <span className={styles.number}>{n.toLocaleString()}</span> },
    { title: t("log.replayed"), dataIndex: "replayed_at", width: 170, render: (at: string | null) => (at ? dateTime(at) : "") },
    { title: <span className="sr-only">{t("log.show")}</span>, key: "open", width: 100, render: (_, row) => onOpen && row.has_body && <Button size="small" onClick={() => onOpen(row.id)}>{t("log.show")}</Button> },
  ];
}

export function useEventColumns(onOpen: Open): TableColumnsType<LoggedEvent> {
  const t = useT();
  const maybe = useMaybeT();
  const { dateTime } = useFormat();
  const nameOf = useInboxName();
  return [
    { title: t("deliveries.when"), dataIndex: "received_at", width: 170, render: (at: string) => dateTime(at) },
    { title: t("queue.inbox"), dataIndex: "inbox_id", width: 150, render: nameOf },
    { title: t("log.what"), key: "what", render: (_, row) => [maybe(`ledger.${row.kind}`, row.kind), maybe(`ledger.${row.outcome}`, row.outcome), row.reason].filter(Boolean).join(" · ") },
    { title: t("log.number"), dataIndex: "external_id", ellipsis: true, render: (id: string) => <code className={styles.detail}>{id}</code> },
    { title: <span className="sr-only">{t("log.show")}</span>, key: "open", width: 100, render: (_, row) => onOpen && <Button size="small" onClick={() => onOpen(row.id)}>{t("log.show")}</Button> },
  ];
}

function useInboxName() {
  const inboxes = useInboxes().data ?? [];
  return (id: number) => inboxes.find((inbox) => inbox.id === id)?.name ?? id;
}
