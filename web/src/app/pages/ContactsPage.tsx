/** Customers: the list, and one of them with their conversations. */
import { ArrowLeftOutlined, TeamOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useNavigate, useParams } from "react-router";
import { useContact } from "@/features/contacts/api";
import { ContactCard } from "@/features/contacts/components/ContactCard";
import { ContactList } from "@/features/contacts/components/ContactList";
import { EarlierConversations } from "@/features/contacts/components/EarlierConversations";
import { Identities } from "@/features/contacts/components/Identities";
import { SamePerson } from "@/features/contacts/components/SamePerson";
import { Timeline } from "@/features/contacts/components/Timeline";
import { useRoom } from "@/shared/hooks/media";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/app/shell.module.css";

export function ContactsPage() {
  const t = useT();
  const room = useRoom();
  const { account } = useSession();
  const navigate = useNavigate();
  const id = Number(useParams()["id"]) || null;
  const home = `/a/${account.id}/contacts`;
  return (
    <div className={styles.panes} data-room={room}>
      {(room !== "one" || id === null) && <ContactList selected={id} onSelect={(next) => void navigate(`${home}/${next}`)} />}
      {(room !== "one" || id !== null) && (
        <main className={styles.detail} id="thread" tabIndex={-1}>
          {room === "one" && <Button type="text" icon={<ArrowLeftOutlined />} onClick={() => void navigate(home)}>{t("action.back")}</Button>}
          {id === null ? <EmptyState icon={<TeamOutlined />} title={t("contacts.choose")} /> : <OneContact key={id} id={id} />}
        </main>
      )}
    </div>
  );
}

function OneContact({ id }: { id: number }) {
  const t = useT();
  const contact = useContact(id);
  if (contact.isError) return <ErrorState error={contact.error} onRetry={() => void contact.refetch()} />;
  if (!contact.data) return <LoadingRows rows={3} />;
  return (
    <div className={styles.sheet}>
      <ContactCard contact={contact.data} fallbackName={t("contact.nameless", { id })} />
      <SamePerson contact={id} />
      <Identities contact={id} />
      <EarlierConversations contact={id} except={null} />
      <Timeline contact={id} />
    </div>
  );
}
