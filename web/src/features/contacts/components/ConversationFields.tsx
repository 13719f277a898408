/** The account's own fields of a conversation, beside it. */
import { AttributeFields } from "@/features/contacts/components/AttributeFields";
import { useDefinitions, useRecordChange } from "@/features/contacts/records_api";
import type { Json } from "@/api/views";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import styles from "@/features/contacts/components/contacts.module.css";

export function ConversationFields({ conversation, values }: { conversation: number; values: Record<string, Json> }) {
  const t = useT();
  const say = useSayProblem();
  const defined = useDefinitions("conversation_attribute").data ?? [];
  const change = useRecordChange<unknown>();
  if (defined.length + Object.keys(values).length === 0) return null;
  const put = (key: string, value: Json) => change.mutate({ method: "post", to: `conversations/${conversation}/custom_attributes`, body: { custom_attributes: { [key]: value } } }, { onError: say });
  return (
    <section className={styles.card} aria-label={t("fields.of.conversation_attribute")}>
      <h3 className={styles.heading}>{t("fields.of.conversation_attribute")}</h3>
      <AttributeFields model="conversation_attribute" values={values} onChange={put} />
    </section>
  );
}
