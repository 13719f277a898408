/** Who else this customer may be, with the reasons beside them: join, or say that they are two people. */
import { App, Button } from "antd";
import { useJoin, useSetApart, useSuggestions, type Suggestion } from "@/features/contacts/identity_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT, type Key } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { Face } from "@/shared/ui/Marks";
import styles from "@/features/contacts/components/contacts.module.css";

export function SamePerson({ contact }: { contact: number }) {
  const t = useT();
  const list = useSuggestions(contact).data ?? [];
  if (list.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t("identity.same_person")}>
      <h3 className={styles.heading}>{t("identity.same_person")}</h3>
      {list.map((each) => <One key={each.contact.id} contact={contact} suggestion={each} />)}
    </section>
  );
}

function One({ contact, suggestion }: { contact: number; suggestion: Suggestion }) {
  const t = useT();
  const say = useSayProblem();
  const { message } = App.useApp();
  const { account } = useSession();
  const join = useJoin(contact);
  const setApart = useSetApart(contact);
  const other = suggestion.contact;
  const name = other.name || t("contact.nameless", { id: other.id });
  const isBusy = join.isPending || setApart.isPending;
  return (
    <article className={styles.alike} aria-label={name}>
      <div className={styles.top}>
        <Face name={other.name} id={other.id} size={28} />
        <span className={styles.grow}>
          <b className={styles.value}>{name}</b>
          <span className={styles.words}>{other.identifier ?? other.phone_number ?? other.email}</span>
        </span>
      </div>
      <ul className={styles.reasons}>
        {suggestion.reasons.map(({ code, value }) => (
          <li key={code + value}>{t(`identity.reason.${code}` as Key)}{value && <span className={styles.exact}> {value}</span>}</li>
        ))}
        {suggestion.suggested_by && <li>{t("identity.suggested_by", { name: suggestion.suggested_by })}{suggestion.note && `：${suggestion.note}`}</li>}
      </ul>
      {isAtLeast(account.role, "supervisor") ? (
        <div className={styles.buttons}>
          <Button size="small" disabled={isBusy} onClick={() => setApart.mutate(other.id, { onError: say })}>{t("identity.not_same")}</Button>
          <Button
            size="small" type="primary" loading={join.isPending} disabled={isBusy}
            onClick={() => join.mutate(other.id, { onError: say, onSuccess: () => void message.success(t("identity.joined", { name })) })}
          >{t("identity.join")}</Button>
        </div>
      ) : (
        <p className={styles.faint}>{t("identity.supervisor_decides")}</p>
      )}
    </article>
  );
}
