/** The webhook log: what came in by inbox, what was refused and why; replay of one, of the ticked, of all of an inbox. */
import { ApiOutlined, RedoOutlined } from "@ant-design/icons";
import { App, Button, Segmented, Select, type TableColumnsType } from "antd";
import { useState } from "react";
import { CallBody } from "@/features/deliveries/components/CallBody";
import { useCallColumns, useEventColumns } from "@/features/deliveries/components/log_columns";
import { useCalls, useEvents, useReplayCalls, useReplayEvents, type Chosen, type Log } from "@/features/deliveries/log_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { useInboxes } from "@/shared/reference";
import { isAtLeast, useSession } from "@/shared/session";
import { Rows as Listed } from "@/shared/ui/Rows";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

const KINDS = ["calls", "events"] as const;
type Kind = (typeof KINDS)[number];

export function WebhookLog() {
  const t = useT();
  const { account } = useSession();
  const [kind, setKind] = useState<Kind>("calls");
  const [inbox, setInbox] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number[]>([]);
  const [opened, setOpened] = useState<string | null>(null);
  const inboxes = useInboxes().data ?? [];
  const mayReplay = isAtLeast(account.role, "administrator");
  const { replay, isReplaying } = useReplaying(kind, () => setChosen([]));
  const open = mayReplay ? (id: number) => setOpened(`${kind === "calls" ? "webhook_calls" : "inbound_events"}/${id}`) : undefined;
  const choose = (next: Kind) => {
    setKind(next);
    setChosen([]);
  };
  const shown = { inbox, chosen, onChosen: mayReplay ? setChosen : undefined, onOpen: open };
  return (
    <section>
      <div className={styles.bar}>
        <span className={styles.filters}>
          <Segmented options={KINDS.map((value) => ({ value, label: t(`log.${value}`) }))} value={kind} onChange={choose} />
          <Select
            value={inbox ?? 0}
            aria-label={t("queue.inbox")}
            className={styles.select}
            options={[{ value: 0, label: t("log.all_inboxes") }, ...inboxes.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(id) => setInbox(id || null)}
          />
        </span>
        {mayReplay && (
          <span className={styles.filters}>
            <Button disabled={inbox === null} loading={isReplaying} onClick={() => inbox !== null && replay({ inbox_id: inbox })}>{t("log.replay_inbox")}</Button>
            <Button type="primary" icon={<RedoOutlined />} disabled={chosen.length === 0} loading={isReplaying} onClick={() => replay({ ids: chosen })}>
              {t("log.replay_chosen", { n: chosen.length })}
            </Button>
          </span>
        )}
      </div>
      <p className={styles.hint}>{t(`log.${kind}_hint`)}</p>
      {kind === "calls" ? <Calls {...shown} /> : <Events {...shown} />}
      <CallBody path={opened} onClose={() => setOpened(null)} />
    </section>
  );
}

function useReplaying(kind: Kind, onDone: () => void) {
  const t = useT();
  const { message } = App.useApp();
  const say = useSayProblem();
  const calls = useReplayCalls();
  const events = useReplayEvents();
  const replay = (chosen: Chosen) => {
    if (kind === "calls") {
      calls.mutate(chosen, {
        onError: say,
        onSuccess: ({ calls: n, outcomes, failed }) => {
          onDone();
          const stored = (outcomes.stored ?? 0) + (outcomes.applied ?? 0);
          void message.info(t("log.calls_replayed", { n, stored, same: (outcomes.duplicate ?? 0) + (outcomes.ignored ?? 0), failed: Object.keys(failed).length }));
        },
      });
    } else {
      events.mutate(chosen, {
        onError: say,
        onSuccess: ({ conversations, files }) => {
          onDone();
          void message.info(t("log.events_replayed", { n: conversations, files }));
        },
      });
    }
  };
  return { replay, isReplaying: calls.isPending || events.isPending };
}

interface Shown {
  inbox: number | null;
  chosen: number[];
  onChosen: ((ids: number[]) => void) | undefined;
  onOpen: ((id: number) => void) | undefined;
}

function Calls(shown: Shown) {
  return <Rows {...shown} list={useCalls(shown.inbox)} columns={useCallColumns(shown.onOpen)} isFixed={(row) => !row.has_body} />;
}

function Events(shown: Shown) {
  return <Rows {...shown} list={useEvents(shown.inbox)} columns={useEventColumns(shown.onOpen)} isFixed={(row) => row.outcome !== "stored"} />;
}

interface RowsProps<Row extends { id: number }> extends Shown {
  list: Log<Row>;
  columns: TableColumnsType<Row>;
  isFixed: (row: Row) => boolean;
}

function Rows<Row extends { id: number }>({ list, columns, chosen, onChosen, isFixed }: RowsProps<Row>) {
  const t = useT();
  const rows = list.data?.pages.flatMap((page) => page.payload) ?? [];
  if (list.isPending) return <LoadingRows rows={4} avatar={false} />;
  if (list.isError && rows.length === 0) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0) return <EmptyState icon={<ApiOutlined />} title={t("log.none")} hint={t("log.none_hint")} />;
  return (
    <>
      <Listed<Row>
        rowKey="id"
        columns={columns}
        dataSource={rows}
        width={820}
        rowSelection={onChosen && { selectedRowKeys: chosen, onChange: (ids) => onChosen(ids.map(Number)), getCheckboxProps: (row) => ({ disabled: isFixed(row) }) }}
      />
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </>
  );
}
