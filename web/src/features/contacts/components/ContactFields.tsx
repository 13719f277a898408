/** The account's own fields of a customer, edited in place. */
import { useChangeContact, useContact } from "@/features/contacts/api";
import { AttributeFields } from "@/features/contacts/components/AttributeFields";
import { useDefinitions } from "@/features/contacts/records_api";
import { useSayProblem } from "@/shared/hooks/problems";
import styles from "@/features/contacts/components/contacts.module.css";

export function ContactFields({ contact }: { contact: number }) {
  const say = useSayProblem();
  const full = useContact(contact).data;
  const defined = useDefinitions("contact_attribute").data ?? [];
  const change = useChangeContact(contact);
  if (!full || defined.length + Object.keys(full.custom_attributes).length === 0) return null;
  return (
    <div className={styles.card}>
      <AttributeFields model="contact_attribute" values={full.custom_attributes} onChange={(key, value) => change.mutate({ custom_attributes: { [key]: value } }, { onError: say })} />
    </div>
  );
}
