/** Everything that happened with a customer on all channels, the newest first; one kind at a time, or what was said. */
import { SearchOutlined } from "@ant-design/icons";
import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useTimeline, type Entry } from "@/features/contacts/identity_api";
import { useDebounced } from "@/shared/hooks/time";
import { useI18n, useMaybeT, useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/contacts.module.css";

const FILTERS = ["all", "message", "conversation", "survey", "business", "merge"] as const;
type Filter = (typeof FILTERS)[number];

export function Timeline({ contact }: { contact: number }) {
  const t = useT();
  const [filter, setFilter] = useState<Filter>("all");
  const [typed, setTyped] = useState("");
  const settled = useDebounced(typed.trim(), 250);
  const q = settled.length > 1 ? settled : "";
  const list = useTimeline(contact, q || filter === "all" ? [] : filter === "merge" ? ["merge", "split"] : [filter], q);
  const entries = list.data?.pages.flatMap(({ payload }) => payload) ?? [];
  return (
    <section className={styles.card} aria-label={t("timeline.title")}>
      <h3 className={styles.heading}>{t("timeline.title")}</h3>
      <Input allowClear className={styles.search} prefix={<SearchOutlined />} maxLength={100} value={typed} aria-label={t("timeline.search")} placeholder={t("timeline.search")} onChange={(event) => setTyped(event.target.value)} />
      <div className={styles.filters} hidden={q !== ""}>
        <Segmented<Filter> size="small" value={filter} onChange={setFilter} options={FILTERS.map((value) => ({ value, label: t(`timeline.filter.${value}`) }))} />
      </div>
      {list.isPending && <LoadingRows rows={3} avatar={false} />}
      {list.isError && entries.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && <p className={styles.faint}>{t(q ? "timeline.not_said" : "timeline.none")}</p>}
      <ol className={styles.earlier}>{entries.map((entry) => <One key={`${entry.kind}${entry.id}`} entry={entry} />)}</ol>
      {list.hasNextPage && <Button type="text" size="small" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}

function One({ entry }: { entry: Entry }) {
  const format = useFormat();
  const { account } = useSession();
  const { what, words } = useWords(entry);
  const inside = (
    <>
      <span className={styles.line}>
        <b>{what}</b>
        {entry.inbox_name && <span className={styles.state}>{entry.inbox_name}{entry.conversation_id && ` · #${entry.conversation_id}`}</span>}
        <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>
      </span>
      {words && <span className={styles.words}>{words}</span>}
    </>
  );
  return <li data-kind={entry.kind} data-actor={entry.actor}>{entry.conversation_id ? <Link to={`/a/${account.id}/conversations/${entry.conversation_id}`}>{inside}</Link> : <div className={styles.entry}>{inside}</div>}</li>;
}

/** What an entry is called, and its words: a look at business data as it may be told, a merge with its reason. */
function useWords({ kind, actor, words, detail, told }: Entry): { what: string; words: string } {
  const t = useT();
  const maybe = useMaybeT();
  const locale = useI18n((state) => state.locale);
  if (kind === "message") return { what: t(`timeline.by.${actor === "contact" || actor === "bot" ? actor : "user"}` as Key), words };
  if (kind === "business") return { what: t("timeline.filter.business"), words: told?.[locale === "zh-CN" ? "zh-Hans" : locale] ?? told?.["en"] ?? words };
  if (kind === "merge" || kind === "split") return { what: t(`timeline.kind.${kind}`), words: [words || t("timeline.unnamed"), maybe(`identity.reason.${detail}`, "")].filter(Boolean).join(" · ") };
  return { what: t(`timeline.kind.${kind}`, { detail: detail ?? "" }), words };
}
