/** Everything that happened with a customer on all channels, the newest first; one kind at a time on request. */
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useTimeline, type Entry } from "@/features/contacts/identity_api";
import { useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/contacts.module.css";

const FILTERS = ["all", "message", "conversation", "survey", "business", "merge"] as const;
type Filter = (typeof FILTERS)[number];

export function Timeline({ contact }: { contact: number }) {
  const t = useT();
  const [filter, setFilter] = useState<Filter>("all");
  const list = useTimeline(contact, filter === "all" ? [] : filter === "merge" ? ["merge", "split"] : [filter]);
  const entries = list.data?.pages.flatMap(({ payload }) => payload) ?? [];
  return (
    <section className={styles.card} aria-label={t("timeline.title")}>
      <h3 className={styles.heading}>{t("timeline.title")}</h3>
      <div className={styles.filters}>
        <Segmented<Filter> size="small" value={filter} onChange={setFilter} options={FILTERS.map((value) => ({ value, label: t(`timeline.filter.${value}`) }))} />
      </div>
      {list.isPending && <LoadingRows rows={3} avatar={false} />}
      {list.isError && entries.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && <p className={styles.faint}>{t("timeline.none")}</p>}
      <ol className={styles.earlier}>{entries.map((entry) => <One key={`${entry.kind}${entry.id}`} entry={entry} />)}</ol>
      {list.hasNextPage && <Button type="text" size="small" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}

function One({ entry }: { entry: Entry }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  const what = entry.kind === "message" ? t(`timeline.by.${entry.actor === "contact" || entry.actor === "bot" ? entry.actor : "user"}` as Key) : t(`timeline.kind.${entry.kind}`, { detail: entry.detail ?? "" });
  const inside = (
    <>
      <span className={styles.line}>
        <b>{what}</b>
        {entry.inbox_name && <span className={styles.state}>{entry.inbox_name}{entry.conversation_id && ` · #${entry.conversation_id}`}</span>}
        <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>
      </span>
      {entry.words && <span className={styles.words}>{entry.words}</span>}
    </>
  );
  return <li>{entry.conversation_id ? <Link to={`/a/${account.id}/conversations/${entry.conversation_id}`}>{inside}</Link> : <div className={styles.entry}>{inside}</div>}</li>;
}
