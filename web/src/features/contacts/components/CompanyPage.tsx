/** A company: what is kept of it, who belongs to it, who seems to. */
import { ArrowLeftOutlined, EditOutlined, TeamOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { AttributeFields } from "@/features/contacts/components/AttributeFields";
import { CompanyForm } from "@/features/contacts/components/CompaniesSection";
import { PeopleRows } from "@/features/contacts/components/PeopleRows";
import { useCandidates, useCompany, useRecordChange, type Company } from "@/features/contacts/records_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { Face } from "@/shared/ui/Marks";
import { Loaded } from "@/shared/ui/Loaded";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

export function CompanyPage({ id }: { id: number }) {
  const t = useT();
  const { account } = useSession();
  const company = useCompany(id);
  return (
    <>
      <Link className={styles.back ?? ""} to={`/a/${account.id}/contacts/companies`}><ArrowLeftOutlined /> {t("contacts.section.companies")}</Link>
      <Loaded query={company}>{(data) => <Shown company={data} />}</Loaded>
    </>
  );
}

function Shown({ company }: { company: Company }) {
  const t = useT();
  const say = useSayProblem();
  const navigate = useNavigate();
  const { account } = useSession();
  const [isEditing, setEditing] = useState(false);
  const change = useRecordChange<unknown>();
  const act = (method: "patch" | "delete" | "post", to: string, body?: unknown, done?: () => void) => change.mutate({ method, to: `companies/${company.id}${to}`, body }, { onError: say, onSuccess: () => done?.() });
  const forget = () => act("delete", "", undefined, () => void navigate(`/a/${account.id}/contacts/companies`));
  return (
    <>
      <section className={styles.card} aria-label={company.name}>
        <div className={styles.bar} style={{ marginBottom: 0 }}>
          <div className={styles.grow}>
            <h2 className={styles.title}>{company.name}</h2>
            <div className={styles.sub}>{company.domain ?? t("companies.no_domain")} · {t("companies.people", { n: company.contacts_count })}</div>
          </div>
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>{t("companies.edit")}</Button>
          {isAtLeast(account.role, "supervisor") && <Popconfirm title={t("companies.delete_ask", { name: company.name })} description={t("companies.delete_hint")} okText={t("action.delete")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={forget}><Button danger>{t("action.delete")}</Button></Popconfirm>}
        </div>
        <div className={styles.own}><AttributeFields model="company_attribute" values={company.custom_attributes} onChange={(key, value) => act("patch", "", { custom_attributes: { [key]: value } })} /></div>
      </section>
      <Candidates company={company} onAdd={(ids) => act("post", "/contacts", { contact_ids: ids })} />
      <PeopleRows
        chosen={{ q: "", segment: null, company: company.id }}
        columns={["phone_number", "email", "last_activity_at"]}
        fields={[]}
        empty={<EmptyState icon={<TeamOutlined />} title={t("companies.nobody")} hint={t("companies.nobody_hint")} />}
        tools={({ id }) => <Button size="small" type="text" onClick={() => act("delete", `/contacts/${id}`)}>{t("companies.take_out")}</Button>}
      />
      {isEditing && <CompanyForm company={company} onClose={() => setEditing(false)} />}
    </>
  );
}

function Candidates({ company, onAdd }: { company: Company; onAdd: (ids: number[]) => void }) {
  const t = useT();
  const { account } = useSession();
  const found = useCandidates(company.id).data ?? [];
  if (found.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t("companies.candidates")}>
      <h3>{t("companies.candidates")}</h3>
      <p className={styles.faint} style={{ margin: "0 0 4px" }}>{t("companies.candidates_hint", { domain: company.domain ?? "" })}</p>
      {found.map((contact) => (
        <div key={contact.id} className={styles.item} style={{ paddingInline: 0 }}>
          <Face name={contact.name} id={contact.id} size={28} />
          <Link className={styles.grow ?? ""} to={`/a/${account.id}/contacts/${contact.id}`}><span className={styles.name}>{contact.name || t("contact.nameless", { id: contact.id })}</span> <span className={styles.faint}>{contact.email}</span></Link>
          <Button size="small" onClick={() => onAdd([contact.id])}>{t("companies.add")}</Button>
        </div>
      ))}
      {found.length > 1 && <div className={styles.actions}><Button onClick={() => onAdd(found.map(({ id }) => id))}>{t("companies.add_all", { n: found.length })}</Button></div>}
    </section>
  );
}
