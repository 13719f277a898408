/** The right pane: who the customer is, what they bought, what was said before. */
import { BusinessCards } from "@/features/business/components/BusinessCards";
import { Consents } from "@/features/contacts/components/Consents";
import { ContactCard } from "@/features/contacts/components/ContactCard";
import { ContactFields } from "@/features/contacts/components/ContactFields";
import { ConversationFields } from "@/features/contacts/components/ConversationFields";
import { EarlierConversations } from "@/features/contacts/components/EarlierConversations";
import { Identities } from "@/features/contacts/components/Identities";
import { PersonRights } from "@/features/contacts/components/PersonRights";
import { SamePerson } from "@/features/contacts/components/SamePerson";
import { useConversation } from "@/features/conversations/api";
import { useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";

export function CustomerPanel({ conversation }: { conversation: number }) {
  const t = useT();
  const view = useConversation(conversation);
  if (view.isError && !view.data) return <ErrorState error={view.error} onRetry={() => void view.refetch()} />;
  if (!view.data) return <LoadingRows rows={3} />;
  const { contact } = view.data;
  return (
    <>
      <ContactCard contact={contact} fallbackName={t("contact.visitor", { id: conversation })} />
      <SamePerson contact={contact.id} />
      <BusinessCards conversation={conversation} />
      <Identities contact={contact.id} />
      <Consents contact={contact.id} />
      <ContactFields contact={contact.id} />
      <ConversationFields conversation={conversation} values={view.data.custom_attributes} />
      <EarlierConversations contact={contact.id} except={conversation} />
      <PersonRights contact={contact.id} name={contact.name || t("contact.visitor", { id: conversation })} />
    </>
  );
}
