/** Customers as a table: columns that a person chooses, arrow keys from row to row, further pages on request. */
import { TeamOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { KeyboardEvent, ReactNode } from "react";
import { Link } from "react-router";
import type { ContactView } from "@/api/views";
import { useContactPages, type Chosen, type Definition } from "@/features/contacts/records_api";
import { shownValue } from "@/features/contacts/components/AttributeValue";
import { useNow } from "@/shared/hooks/time";
import { useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { Face, Proof } from "@/shared/ui/Marks";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

export const COLUMNS = ["phone_number", "email", "identifier", "company", "last_activity_at", "created_at"] as const;
export const FIRST_COLUMNS = ["phone_number", "email", "company", "last_activity_at"];

interface Props {
  chosen: Chosen;
  columns: string[];
  fields: Definition[];
  empty: ReactNode;
  tools?: (contact: ContactView) => ReactNode;
}

export function PeopleRows({ chosen, columns, fields, empty, tools }: Props) {
  const t = useT();
  const list = useContactPages(chosen);
  const rows = list.data?.pages.flatMap(({ payload }) => payload) ?? [];
  const standard = COLUMNS.filter((name) => columns.includes(name));
  const own = fields.filter(({ attribute_key: key }) => columns.includes(`custom:${key}`));
  const isEmpty = list.isSuccess && rows.length === 0;
  return (
    <section className={styles.sheet} aria-label={t("contacts.title")} aria-busy={list.isFetching}>
      {list.isPending && <LoadingRows />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {isEmpty && (chosen.q || chosen.segment ? <EmptyState icon={<TeamOutlined />} title={t("contacts.none_match")} hint={t("contacts.none_match_hint")} /> : empty)}
      {rows.length > 0 && (
        <div className={styles.scroll}>
          <table className={`${styles.table} ${styles.people}`}>
            <thead>
              <tr>
                <th scope="col">{t("contact.name")}</th>
                {standard.map((name) => <th key={name} scope="col" data-wide={name === "phone_number" ? undefined : true}>{t(`contacts.column.${name}` as Key)}</th>)}
                {own.map((field) => <th key={field.id} scope="col" data-wide>{field.attribute_display_name}</th>)}
                {tools && <th scope="col"><span className="sr-only">{t("action.more")}</span></th>}
              </tr>
            </thead>
            <tbody onKeyDown={walk}>
              {rows.map((contact) => (
                <tr key={contact.id}>
                  <td><Person contact={contact} /></td>
                  {standard.map((name) => <td key={name} data-wide={name === "phone_number" ? undefined : true}><Cell contact={contact} name={name} /></td>)}
                  {own.map((field) => <td key={field.id} data-wide>{shownValue(contact.custom_attributes[field.attribute_key], t)}</td>)}
                  {tools && <td>{tools(contact)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}

/** Arrow keys and J/K go from person to person; Enter is the link's own. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const step = event.key === "ArrowDown" || event.key === "j" ? 1 : event.key === "ArrowUp" || event.key === "k" ? -1 : 0;
  if (step === 0 || event.altKey || event.metaKey || event.ctrlKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a[data-person]")];
  const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  event.preventDefault();
}

function Person({ contact }: { contact: ContactView }) {
  const t = useT();
  const { account } = useSession();
  return (
    <Link className={styles.person ?? ""} data-person to={`/a/${account.id}/contacts/${contact.id}`}>
      <Face name={contact.name} id={contact.id} size={28} />
      <span>{contact.name || t("contact.nameless", { id: contact.id })} {contact.verified && <Proof verified />}</span>
    </Link>
  );
}

function Cell({ contact, name }: { contact: ContactView; name: (typeof COLUMNS)[number] }) {
  const now = useNow();
  const format = useFormat();
  const { account } = useSession();
  if (name === "company") return contact.company && <Link to={`/a/${account.id}/contacts/companies/${contact.company.id}`}>{contact.company.name}</Link>;
  if (name === "last_activity_at" || name === "created_at") return <time dateTime={contact[name]} title={format.dateTime(contact[name])}>{format.stamp(contact[name], now)}</time>;
  return contact[name];
}
