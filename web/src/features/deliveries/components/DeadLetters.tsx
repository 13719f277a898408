/** What did not arrive, why, and one button to try again: single or all that are ticked. */
import { CheckCircleOutlined, RedoOutlined } from "@ant-design/icons";
import { App, Button, Segmented, type TableColumnsType } from "antd";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { DeadLetter } from "@/api/set_up";
import { useDeadLetters, useReplay, useReplayAll } from "@/features/deliveries/api";
import { Pushes } from "@/features/deliveries/components/Pushes";
import { useSayProblem } from "@/shared/hooks/problems";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useInboxes } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { Rows } from "@/shared/ui/Rows";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

const STATES = ["failed", "unknown"] as const;

export function DeadLetters() {
  const t = useT();
  const [shown, setShown] = useState<"failed" | "unknown" | "pushes">("failed");
  const choice = <Segmented aria-label={t("deliveries.section.undelivered")} options={[...STATES, "pushes" as const].map((value) => ({ value, label: t(`deliveries.${value}`) }))} value={shown} onChange={setShown} />;
  return shown === "pushes" ? <section><div className={styles.bar}>{choice}</div><Pushes /></section> : <Letters key={shown} status={shown} choice={choice} />;
}

function Letters({ status, choice }: { status: (typeof STATES)[number]; choice: ReactNode }) {
  const t = useT();
  const [chosen, setChosen] = useState<number[]>([]);
  const list = useDeadLetters(status);
  const { message } = App.useApp();
  const replay = useReplay();
  const all = useReplayAll();
  const say = useSayProblem();
  const columns = useColumns((id) => send([id]));
  const rows = list.data?.pages.flatMap((page) => page.payload) ?? [];
  function send(ids: number[]) {
    replay.mutate(ids, {
      onSuccess: () => {
        setChosen([]);
        void message.success(t("deliveries.sent_again", { n: ids.length }));
      },
      onError: say,
    });
  }
  const sendAll = () => all.mutate(status, { onSuccess: ({ replayed }) => void message.success(t("deliveries.sent_again", { n: replayed })), onError: say });
  return (
    <section>
      <div className={styles.bar}>
        {choice}
        <span className={styles.filters}>
        <Button disabled={rows.length === 0} loading={all.isPending} onClick={sendAll}>{t("deliveries.replay_all")}</Button>
        <Button type="primary" icon={<RedoOutlined />} disabled={chosen.length === 0} loading={replay.isPending} onClick={() => send(chosen)}>
          {t("deliveries.replay_chosen", { n: chosen.length })}
        </Button>
        </span>
      </div>
      {list.isPending && <LoadingRows rows={4} avatar={false} />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <EmptyState icon={<CheckCircleOutlined />} title={t("deliveries.none")} hint={t("deliveries.none_hint")} />}
      {rows.length > 0 && (
        <Rows
          rowKey="id"
          columns={columns}
          dataSource={rows}
          width={760}
          rowSelection={{ selectedRowKeys: chosen, onChange: (ids) => setChosen(ids.map(Number)) }}
        />
      )}
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}

function useColumns(onReplay: (id: number) => void): TableColumnsType<DeadLetter> {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const { account } = useSession();
  const inboxes = useInboxes().data ?? [];
  return [
    {
      title: t("deliveries.conversation"),
      dataIndex: "conversation_id",
      width: 110,
      render: (id: number) => <Link to={`/a/${account.id}/conversations/${id}`}>#{id}</Link>,
    },
    { title: t("queue.inbox"), dataIndex: "inbox_id", render: (id: number) => inboxes.find((inbox) => inbox.id === id)?.name ?? id },
    {
      title: t("deliveries.why"),
      dataIndex: "error_code",
      render: (code: string | null, row) => (
        <div>
          {code ? maybe(`failed.${code}`, maybe(`problem.code.${code}`, code)) : t("delivery.failed")}
          {row.error_detail && <div className={styles.detail}>{row.error_detail}</div>}
        </div>
      ),
    },
    { title: t("deliveries.attempts"), dataIndex: "attempts", width: 90, align: "right" },
    { title: t("deliveries.when"), dataIndex: "created_at", width: 170, render: (at: string) => format.dateTime(at) },
    { title: <span className="sr-only">{t("action.retry")}</span>, key: "replay", width: 110, render: (_, row) => <Button size="small" icon={<RedoOutlined />} onClick={() => onReplay(row.id)}>{t("action.retry")}</Button> },
  ];
}
