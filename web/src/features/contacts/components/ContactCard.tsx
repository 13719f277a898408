/** Who the customer is: identity with its proof, ways to reach them, attributes; editable in place. */
import { CopyOutlined, EditOutlined, FormOutlined } from "@ant-design/icons";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ContactLite, ContactView } from "@/api/views";
import { CompanyLine } from "@/features/contacts/components/CompanyLine";
import { useChangeContact, useContact, type ContactChange } from "@/features/contacts/api";
import { beginWith } from "@/shared/beginning";
import { useSayProblem } from "@/shared/hooks/problems";
import { LOCALES, nearestLocale, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { Face, Proof } from "@/shared/ui/Marks";
import styles from "@/features/contacts/components/contacts.module.css";

export function ContactCard({ contact, fallbackName }: { contact: ContactLite; fallbackName: string }) {
  const t = useT();
  const full = useContact(contact.id).data;
  const [isEditing, setEditing] = useState(false);
  const { account } = useSession();
  const shown = { ...contact, ...full };
  return (
    <section className={styles.card} aria-label={t("contact.title")}>
      <div className={styles.top}>
        <Face name={shown.name} id={shown.id} size={44} />
        <div className={styles.grow}>
          <h2 className={styles.name}><Link to={`/a/${account.id}/contacts/${shown.id}`}>{shown.name || fallbackName}</Link></h2>
          <Proof verified={shown.verified} />
        </div>
        <Button type="text" icon={<FormOutlined />} aria-label={t("begin.write")} title={t("begin.write")} onClick={() => beginWith(shown.id)} />
        <Button type="text" icon={<EditOutlined />} aria-label={t("contact.edit")} title={t("contact.edit")} disabled={!full} onClick={() => setEditing(true)} />
      </div>
      {isEditing && full ? <EditForm contact={full} onDone={() => setEditing(false)} /> : <Facts contact={shown} />}
      {full && <CompanyLine contact={full} />}
    </section>
  );
}

function Facts({ contact }: { contact: ContactLite }) {
  const t = useT();
  const language = LOCALES.find(({ value }) => value === nearestLocale(contact.locale))?.name ?? contact.locale;
  const facts: [string, string | null | undefined][] = [
    [t("contact.identifier"), contact.identifier],
    [t("contact.phone"), contact.phone_number],
    [t("contact.email"), contact.email],
    [t("contact.language"), language],
  ];
  const known = facts.filter(([, value]) => value);
  if (known.length === 0) return <p className={styles.faint}>{t("contact.nothing_known")}</p>;
  return (
    <dl className={styles.facts}>
      {known.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span className={styles.value}>{value}</span>
            <Copy text={value ?? ""} label={label} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Copy({ text, label }: { text: string; label: string }) {
  const t = useT();
  const { message } = App.useApp();
  const copy = () => void navigator.clipboard?.writeText(text).then(() => message.success(t("done.copied")));
  return <Button className={styles.copy} type="text" size="small" icon={<CopyOutlined />} aria-label={t("action.copy", { name: label })} onClick={copy} />;
}

function EditForm({ contact, onDone }: { contact: ContactView; onDone: () => void }) {
  const t = useT();
  const say = useSayProblem();
  const change = useChangeContact(contact.id);
  const save = ({ name, email, phone_number }: ContactChange) =>
    change.mutate(
      { name: name?.trim() ?? "", email: email?.trim() || null, phone_number: phone_number?.trim() || null },
      { onSuccess: onDone, onError: say },
    );
  return (
    <Form layout="vertical" size="small" initialValues={contact} onFinish={save} className={styles.form}>
      <Form.Item name="name" label={t("contact.name")} rules={[{ max: 200 }]}><Input autoFocus /></Form.Item>
      <Form.Item name="phone_number" label={t("contact.phone")} rules={[{ pattern: /^\+[1-9]\d{5,14}$/, message: t("contact.phone_hint") }]}><Input placeholder="+85291234567" /></Form.Item>
      <Form.Item name="email" label={t("contact.email")} rules={[{ type: "email", message: t("contact.email_hint") }]}><Input /></Form.Item>
      <div className={styles.buttons}>
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={change.isPending}>{t("action.save")}</Button>
      </div>
    </Form>
  );
}
