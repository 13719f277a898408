/** What was told to the other side besides messages and did not get through: pushes to devices, owners of sessions. */
import { CheckCircleOutlined } from "@ant-design/icons";
import { Button, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { ChannelFailure } from "@/api/channel_operations";
import { useFailures } from "@/features/deliveries/log_api";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useInboxes } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { Rows } from "@/shared/ui/Rows";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

export function Pushes() {
  const t = useT();
  const list = useFailures();
  const columns = useColumns();
  const rows = list.data?.pages.flatMap((page) => page.payload) ?? [];
  if (list.isPending) return <LoadingRows rows={3} avatar={false} />;
  if (list.isError && rows.length === 0) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0) return <EmptyState icon={<CheckCircleOutlined />} title={t("failing.none")} hint={t("failing.none_hint")} />;
  return (
    <>
      <p className={styles.hint}>{t("failing.hint")}</p>
      <Rows rowKey="id" columns={columns} dataSource={rows} width={760} />
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </>
  );
}

function useColumns(): TableColumnsType<ChannelFailure> {
  const t = useT();
  const maybe = useMaybeT();
  const { dateTime } = useFormat();
  const { account } = useSession();
  const inboxes = useInboxes().data ?? [];
  return [
    { title: t("deliveries.conversation"), dataIndex: "conversation_id", width: 110, render: (id: number) => <Link to={`/a/${account.id}/conversations/${id}`}>#{id}</Link> },
    { title: t("queue.inbox"), dataIndex: "inbox_id", width: 170, render: (id: number) => inboxes.find((inbox) => inbox.id === id)?.name ?? id },
    {
      title: t("deliveries.why"),
      dataIndex: "error_code",
      render: (code: string, row) => (
        <div>
          <span className={styles.tag} data-verdict={row.over_at ? undefined : "refused"}>{t(`failing.kind.${row.kind}`)}</span> {maybe(`failed.${code}`, code)}
          {row.error_detail && <div className={styles.detail}>{row.error_detail}</div>}
        </div>
      ),
    },
    { title: t("deliveries.attempts"), dataIndex: "attempts", width: 90, align: "right" },
    { title: t("deliveries.when"), dataIndex: "last_at", width: 170, render: (at: string) => dateTime(at) },
    { title: t("failing.over"), dataIndex: "over_at", width: 170, render: (at: string | null) => (at ? dateTime(at) : t("failing.not_yet")) },
  ];
}
