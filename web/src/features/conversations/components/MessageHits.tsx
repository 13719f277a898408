/** Under the queue of a search: the messages that say it, over the whole history, newest first. */
import { Button } from "antd";
import { useMemo } from "react";
import { useMessageHits } from "@/features/conversations/api";
import { excerpt } from "@/features/conversations/excerpt";
import { useNow } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/conversations/components/queue.module.css";

interface Props {
  q: string;
  onSelect: (id: number, seq: number) => void;
}

export function MessageHits({ q, onSelect }: Props) {
  const t = useT();
  const now = useNow();
  const format = useFormat();
  const hits = useMessageHits(q);
  const rows = useMemo(() => hits.data?.pages.flatMap((page) => page.payload) ?? [], [hits.data]);
  if (hits.isPending && !hits.isFetching) return null;
  return (
    <section className={styles.hits} aria-label={t("queue.in_messages")} data-stale={hits.isPlaceholderData}>
      <h3 className={styles.hitsTitle}>{t("queue.in_messages")}</h3>
      {hits.isPending && <LoadingRows rows={3} />}
      {hits.isError && <ErrorState error={hits.error} onRetry={() => void hits.refetch()} />}
      {hits.isSuccess && rows.length === 0 && <p className={styles.hitsNone}>{t("queue.no_messages", { q })}</p>}
      <ul className={styles.hitRows}>
        {rows.map((hit) => (
          <li key={hit.id}>
            <button type="button" className={styles.hit} data-hit={hit.id} onClick={() => onSelect(hit.display_id, hit.seq)}>
              <span className={styles.line}>
                <span className={styles.name}>{hit.contact_name || t("contact.visitor", { id: hit.display_id })}</span>
                <span className={styles.stamp}>{format.stamp(hit.created_at, now)}</span>
              </span>
              <span className={styles.said}>
                {hit.message_type !== "incoming" && (
                  <span className={styles.prefix}>
                    {hit.private ? t("queue.note_prefix") : hit.sender_type === "user" ? t("queue.person_prefix") : t("queue.bot_prefix")}
                  </span>
                )}
                {excerpt(hit.content, q).map((part, index) => (part.isHit ? <mark key={index}>{part.text}</mark> : part.text))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {hits.hasNextPage && (
        <Button type="link" size="small" loading={hits.isFetchingNextPage} onClick={() => void hits.fetchNextPage()}>
          {t("queue.more_messages")}
        </Button>
      )}
    </section>
  );
}
