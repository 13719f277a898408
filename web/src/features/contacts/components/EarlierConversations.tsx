/** What else this customer has talked about. */
import { Link, useLocation } from "react-router";
import { useContactConversations } from "@/features/contacts/api";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useInboxes } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/contacts.module.css";

export function EarlierConversations({ contact, except }: { contact: number; except: number | null }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  const { search } = useLocation();
  const list = useContactConversations(contact);
  const inboxes = useInboxes().data ?? [];
  const others = (list.data ?? []).filter(({ id }) => id !== except);
  return (
    <section className={styles.card}>
      <h3 className={styles.heading}>{t("contact.earlier")}</h3>
      {list.isPending && <LoadingRows rows={2} avatar={false} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && others.length === 0 && <p className={styles.faint}>{t("contact.no_earlier")}</p>}
      <ul className={styles.earlier}>
        {others.slice(0, 20).map((view) => (
          <li key={view.id}>
            <Link to={{ pathname: `/a/${account.id}/conversations/${view.id}`, search }}>
              <span className={styles.line}>
                <b>#{view.id}</b>
                <span className={styles.state}>{inboxes.find(({ id }) => id === view.inbox_id)?.name}</span>
                <span className={styles.state} data-status={view.status}>{t(`status.${view.status}`)}</span>
                <time dateTime={view.created_at}>{format.dateTime(view.created_at)}</time>
              </span>
              <span className={styles.words}>{view.last_message?.content}</span>
            </Link>
          </li>
        ))}
      </ul>
      {except !== null && <Link className={styles.defining} to={`/a/${account.id}/contacts/${contact}`}>{t("timeline.title")}</Link>}
    </section>
  );
}
