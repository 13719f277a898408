/** The queue: tabs, filters, and the virtualised list that never moves under the pointer. */
import { InboxOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ConversationView } from "@/api/views";
import { useConversationList } from "@/features/conversations/api";
import { MessageHits } from "@/features/conversations/components/MessageHits";
import { QueueFilters } from "@/features/conversations/components/QueueFilters";
import { QueueRow } from "@/features/conversations/components/QueueRow";
import { isSearchable } from "@/features/conversations/excerpt";
import { useFilters } from "@/features/conversations/filters";
import { useQueueOrder } from "@/features/conversations/queue_order";
import { announce } from "@/shared/announce";
import { useT } from "@/shared/i18n";
import { useShortcut } from "@/shared/keyboard";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/conversations/components/queue.module.css";

const ROW = 88;

interface Props {
  selected: number | null;
  onSelect: (id: number, seq?: number) => void;
}

export function Queue({ selected, onSelect }: Props) {
  const t = useT();
  const [filters, change] = useFilters();
  const list = useConversationList(filters);
  const scroller = useRef<HTMLDivElement>(null);
  const [isPointed, setPointed] = useState(false);
  const [isAtTop, setAtTop] = useState(true);
  const truth = useMemo(() => unique(list.data?.pages.flatMap((page) => page.data.payload) ?? []), [list.data]);
  const { rows, gone, waiting, adopt } = useQueueOrder(truth, isPointed || !isAtTop, JSON.stringify(filters));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 8) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (waiting > 0) announce(t("queue.new_rows", { n: waiting }));
  }, [waiting, t]);

  const step = (by: number) => {
    const index = rows.findIndex((row) => row.id === selected);
    const next = rows[index < 0 ? 0 : index + by];
    if (!next) return;
    onSelect(next.id);
    virtual.scrollToIndex(Math.max(0, index + by));
  };
  useShortcut("next_conversation", () => step(1));
  useShortcut("previous_conversation", () => step(-1));
  const showNew = () => {
    adopt();
    scroller.current?.scrollTo({ top: 0 });
  };

  return (
    <section className={styles.queue} aria-label={t("queue.label")} id="queue">
      <QueueFilters filters={filters} onChange={change} />
      <div className={styles.body}>
        {waiting > 0 && (
          <Button className={styles.pill} type="primary" size="small" shape="round" onClick={showNew}>
            ↑ {t("queue.new_rows", { n: waiting })}
          </Button>
        )}
        <div
          ref={scroller}
          className={styles.scroller}
          data-stale={list.isPlaceholderData}
          onPointerEnter={(event) => event.pointerType === "mouse" && setPointed(true)}
          onPointerLeave={() => setPointed(false)}
          onScroll={(event) => setAtTop(event.currentTarget.scrollTop < 8)}
        >
          {list.isPending && <LoadingRows rows={7} />}
          {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
          {list.isSuccess && rows.length === 0 && !isSearchable(filters.q) && <NothingHere isFiltered={isFiltered(filters)} onClear={change} tab={filters.tab} />}
          <ul className={styles.rows} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index];
              return row ? (
                <li key={item.key} className={styles.item} style={{ transform: `translateY(${item.start}px)`, height: ROW }}>
                  <QueueRow
                    conversation={row}
                    isSelected={row.id === selected}
                    isGone={gone.has(row.id)}
                    onSelect={onSelect}
                  />
                </li>
              ) : null;
            })}
          </ul>
          {isSearchable(filters.q) && <MessageHits q={filters.q} onSelect={onSelect} />}
        </div>
      </div>
    </section>
  );
}

function unique(rows: ConversationView[]): ConversationView[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

type Filters = ReturnType<typeof useFilters>[0];

function isFiltered(filters: Filters): boolean {
  return filters.q !== "" || filters.inbox !== null || filters.label !== null || filters.status !== "open";
}

function NothingHere({ isFiltered: filtered, onClear, tab }: { isFiltered: boolean; onClear: (c: Partial<Filters>) => void; tab: Filters["tab"] }) {
  const t = useT();
  const clear = () => onClear({ q: "", inbox: null, label: null, status: "open" });
  if (filtered) {
    return (
      <EmptyState
        icon={<InboxOutlined />}
        title={t("queue.none_match")}
        hint={t("queue.none_match_hint")}
        action={<Button onClick={clear}>{t("queue.clear_filters")}</Button>}
      />
    );
  }
  const toOther = tab === "all" ? "bot" : "all";
  return (
    <EmptyState
      icon={<InboxOutlined />}
      title={t(`queue.empty_${tab}`)}
      hint={t(`queue.empty_${tab}_hint`)}
      action={<Button onClick={() => onClear({ tab: toOther })}>{t(`queue.see_${toOther}`)}</Button>}
    />
  );
}
