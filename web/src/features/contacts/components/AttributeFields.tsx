/** The account's own fields of one contact, company or conversation: edited in place, kept when left. */
import { Link } from "react-router";
import type { Json } from "@/api/views";
import { AttributeInput, AttributeValue } from "@/features/contacts/components/AttributeValue";
import { useDefinitions, type AttributeModel } from "@/features/contacts/records_api";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/features/contacts/components/contacts.module.css";

interface Props {
  model: AttributeModel;
  values: Record<string, Json>;
  onChange: (key: string, value: Json) => void;
}

export function AttributeFields({ model, values, onChange }: Props) {
  const t = useT();
  const { account } = useSession();
  const defined = useDefinitions(model).data ?? [];
  const known = new Set(defined.map(({ attribute_key: key }) => key));
  const others = Object.entries(values).filter(([key]) => !known.has(key));
  if (defined.length + others.length === 0) return null;
  return (
    <section aria-label={t("contact.attributes")}>
      {model !== "conversation_attribute" && <h3 className={styles.heading}>{t("contact.attributes")}</h3>}
      <dl className={`${styles.facts} ${styles.own}`}>
        {defined.map((definition) => (
          <div key={definition.id} title={definition.attribute_description || undefined}>
            <dt>{definition.attribute_display_name}</dt>
            <dd><AttributeInput key={JSON.stringify(values[definition.attribute_key] ?? null)} definition={definition} value={values[definition.attribute_key]} onChange={(value) => onChange(definition.attribute_key, value)} /></dd>
          </div>
        ))}
        {others.map(([key, value]) => (
          <div key={key}>
            <dt title={key}>{key}</dt>
            <dd className={styles.value}><AttributeValue value={value} /></dd>
          </div>
        ))}
      </dl>
      {others.length > 0 && isAtLeast(account.role, "supervisor") && <Link className={styles.defining ?? ""} to={`/a/${account.id}/contacts/fields`}>{t("fields.define")}</Link>}
    </section>
  );
}
