/** The company that a customer belongs to; without one, the company that their mail address speaks for. */
import { Button, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ContactView } from "@/api/views";
import { useChangeContact } from "@/features/contacts/api";
import { CompanyForm } from "@/features/contacts/components/CompaniesSection";
import { useCompanies, useCompanySuggestion } from "@/features/contacts/records_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useDebounced } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import styles from "@/features/contacts/components/contacts.module.css";

export function CompanyLine({ contact }: { contact: ContactView }) {
  const t = useT();
  const say = useSayProblem();
  const { account } = useSession();
  const change = useChangeContact(contact.id);
  const [isChoosing, setChoosing] = useState(false);
  const [newDomain, setNewDomain] = useState<string | null>(null);
  const suggested = useCompanySuggestion(contact.id, contact.company === null && contact.email !== null).data;
  const put = (id: number | null) => change.mutate({ company_id: id }, { onError: say, onSuccess: () => setChoosing(false) });
  const { company } = contact;
  const offer = company === null ? suggested : undefined;
  return (
    <div className={styles.company}>
      <span>{t("contact.company")}</span>
      <div>
        {isChoosing ? <Choose onPick={put} onLeave={() => setChoosing(false)} /> : company ? <Link className={styles.value ?? ""} to={`/a/${account.id}/contacts/companies/${company.id}`}>{company.name}</Link> : null}
        {!isChoosing && company && <Button size="small" type="text" onClick={() => put(null)}>{t("companies.take_out")}</Button>}
        {!isChoosing && offer?.company && <Button size="small" onClick={() => put(offer.company?.id ?? null)}>{t("companies.belongs_to", { name: offer.company.name })}</Button>}
        {!isChoosing && offer?.domain && <Button size="small" onClick={() => setNewDomain(offer.domain)}>{t("companies.make_of", { domain: offer.domain })}</Button>}
        {!isChoosing && !company && <Button size="small" type="text" onClick={() => setChoosing(true)}>{t("companies.choose")}</Button>}
      </div>
      {newDomain !== null && <CompanyForm company={null} domain={newDomain} onClose={(made) => { setNewDomain(null); if (made) put(made.id); }} />}
    </div>
  );
}

function Choose({ onPick, onLeave }: { onPick: (id: number) => void; onLeave: () => void }) {
  const t = useT();
  const [q, setQ] = useState("");
  const rows = useCompanies(useDebounced(q, 250)).data?.pages.flatMap(({ payload }) => payload) ?? [];
  return <Select autoFocus defaultOpen size="small" style={{ width: "100%" }} showSearch={{ filterOption: false, onSearch: setQ }} aria-label={t("companies.choose")} placeholder={t("companies.search")} options={rows.map(({ id, name }) => ({ value: id, label: name }))} onChange={onPick} onBlur={onLeave} />;
}
