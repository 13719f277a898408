/** What shows who this customer is: claimed or verified, by what and when; and who was joined with them. */
import { Button, Popconfirm, Tooltip } from "antd";
import { Fragment } from "react";
import { useIdentities, useUndoMerge, type Identities as Shown, type Merge } from "@/features/contacts/identity_api";
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
            <span className={styles.exact}>{value.split("@").map((part, n) => (n === 0 ? part : <Fragment key={n}><wbr />@{part}</Fragment>))}</span>
            <Tooltip title={by && at ? `${t(`identity.how.${by}` as Key)} · ${format.dateTime(at)}` : undefined}>
              <span><Proof verified={by !== null} /></span>
            </Tooltip>
          </li>
        ))}
        {folded(shown.addresses).map(({ address, count }) => (
          <li key={address.id}>
            <span className={styles.kind}>{t("identity.from")}</span>
            <span className={styles.value}>{address.inbox_name}{count > 1 && <span className={styles.faint} title={t("identity.times_hint", { n: count })}> {t("identity.times", { n: count })}</span>}</span>
            <Proof verified={address.verified} />
          </li>
        ))}
      </ul>
      {shown.merges.length > 0 && <h4 className={styles.sub}>{t("identity.merged")}</h4>}
      {shown.merges.map((merge) => <OneMerge key={merge.id} contact={contact} merge={merge} />)}
    </section>
  );
}

/** Every browser is an address of its own: those that look alike are one line with a count. */
export function folded(addresses: Shown["addresses"]): { address: Shown["addresses"][number]; count: number }[] {
  const found = new Map<string, { address: Shown["addresses"][number]; count: number }>();
  for (const address of addresses) {
    const key = `${address.inbox_id} ${address.verified}`;
    const known = found.get(key);
    if (known) known.count += 1;
    else found.set(key, { address, count: 1 });
  }
  return [...found.values()];
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
        <span className={styles.words} title={why}>{why}</span>
        <time className={styles.kind} dateTime={merge.created_at}>{format.dateTime(merge.created_at)}</time>
      </span>
      {isAtLeast(account.role, "supervisor") && (
        <Popconfirm title={t("identity.undo_question", { name })} description={t("identity.undo_hint")} okText={t("identity.undo")} cancelText={t("action.cancel")} onConfirm={() => undo.mutate(merge.id, { onError: say })}>
          <Button size="small" loading={undo.isPending}>{t("identity.undo")}</Button>
        </Popconfirm>
      )}
    </div>
  );
}
