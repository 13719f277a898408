/** All customers, found by name, phone, e-mail or customer number. */
import { TeamOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { rowsOf, useContacts } from "@/features/contacts/api";
import { useDebounced, useNow } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { Face, Proof } from "@/shared/ui/Marks";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/contacts.module.css";

interface Props {
  selected: number | null;
  onSelect: (id: number) => void;
}

export function ContactList({ selected, onSelect }: Props) {
  const t = useT();
  const now = useNow();
  const format = useFormat();
  const [text, setText] = useState("");
  const list = useContacts(useDebounced(text.trim(), 250));
  const rows = list.data?.pages.flatMap(rowsOf) ?? [];
  return (
    <section className={styles.list} aria-label={t("contacts.title")}>
      <header className={styles.listHead}>
        <h1 className={styles.name}>{t("contacts.title")}</h1>
        <Input allowClear prefix={<SearchOutlined />} value={text} placeholder={t("contacts.search")} aria-label={t("contacts.search")} onChange={(event) => setText(event.target.value)} />
      </header>
      <div className={styles.scroller}>
        {list.isPending && <LoadingRows />}
        {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <EmptyState icon={<TeamOutlined />} title={t(text ? "contacts.none_match" : "contacts.none")} hint={t(text ? "contacts.none_match_hint" : "contacts.none_hint")} />
        )}
        {rows.map((contact) => (
          <button key={contact.id} type="button" className={styles.row} aria-current={contact.id === selected} onClick={() => onSelect(contact.id)}>
            <Face name={contact.name} id={contact.id} size={32} />
            <span className={styles.grow}>
              <span className={styles.line}><span className={styles.value}>{contact.name || t("contact.nameless", { id: contact.id })}</span><time>{format.stamp(contact.last_activity_at, now)}</time></span>
              <span className={styles.words}>{contact.identifier ?? contact.phone_number ?? contact.email ?? t("contact.nothing_known")}</span>
            </span>
            {contact.verified && <Proof verified />}
          </button>
        ))}
        {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
      </div>
    </section>
  );
}
