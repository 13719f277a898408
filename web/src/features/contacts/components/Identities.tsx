/** What shows who this customer is: claimed or verified, by what and when; and who was joined with them. */
import { Button, Popconfirm, Tooltip } from "antd";
import { useIdentities, useUndoMerge, type Merge } from "@/features/contacts/identity_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { isAtLeast, useSession } from "@/shared/session";
import { Proof } from "@/shared/ui/Marks";
import styles from "@/features/contacts/components/contacts.module.css";

export function Identities({ contact }: { contact: number }) {
  const t = useT();
  const format = useFormat();
  const shown = useIdentities(contact).data;
  if (!shown || shown.addresses.length + shown.evidence.length + shown.merges.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t("identity.title")}>
      <h3 className={styles.heading}>{t("identity.title")}</h3>
      <ul className={styles.identities}>
        {shown.evidence.map(({ kind, value, verified_by: by, verified_at: at }) => (
          <li key={kind + value}>
            <span className={styles.kind}>{t(`identity.kind.${kind}`)}</span>
            <span className={styles.exact}>{value}</span>
            <Tooltip title={by && at ? `${t(`identity.how.${by}` as Key)} · ${format.dateTime(at)}` : undefined}>
              <span><Proof verified={by !== null} /></span>
            </Tooltip>
          </li>
        ))}
        {shown.addresses.map((address) => (
          <li key={address.id}>
            <span className={styles.kind}>{t("identity.from")}</span>
            <span className={styles.value}>{address.inbox_name}</span>
            <Proof verified={address.verified} />
          </li>
        ))}
      </ul>
      {shown.merges.length > 0 && <h4 className={styles.sub}>{t("identity.merged")}</h4>}
      {shown.merges.map((merge) => <OneMerge key={merge.id} contact={contact} merge={merge} />)}
    </section>
  );
}

function OneMerge({ contact, merge }: { contact: number; merge: Merge }) {
  const t = useT();
  const say = useSayProblem();
  const format = useFormat();
  const { account } = useSession();
  const undo = useUndoMerge(contact);
  const name = merge.name || t("contact.nameless", { id: merge.contact_id });
  const why = merge.reason === "member" ? t("identity.by_member", { name: merge.by ?? "?" }) : t(`identity.reason.${merge.reason}` as Key);
  return (
    <div className={styles.merge}>
      <span className={styles.grow}>
        <b className={styles.value}>{name}</b>
        <span className={styles.words}>{why} · {format.dateTime(merge.created_at)}</span>
      </span>
      {isAtLeast(account.role, "supervisor") && (
        <Popconfirm title={t("identity.undo_question", { name })} description={t("identity.undo_hint")} okText={t("identity.undo")} cancelText={t("action.cancel")} onConfirm={() => undo.mutate(merge.id, { onError: say })}>
          <Button size="small" loading={undo.isPending}>{t("identity.undo")}</Button>
        </Popconfirm>
      )}
    </div>
  );
}
