/** Companies: found, added, opened. */
import { BankOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useCompanies, useRecordChange, type Company } from "@/features/contacts/records_api";
import { useAddress } from "@/shared/hooks/address";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { AddressSearch } from "@/shared/ui/AddressSearch";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

export function CompaniesSection() {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const [address] = useAddress();
  const [isAdding, setAdding] = useState(false);
  const q = address("q") ?? "";
  const list = useCompanies(q);
  const rows = list.data?.pages.flatMap(({ payload }) => payload) ?? [];
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t("companies.new")}</Button>;
  return (
    <>
      <div className={styles.bar}>
        <AddressSearch label={t("companies.search")} className={styles.field} />
        <span className={styles.push} />
        {add}
      </div>
      <section className={styles.sheet} aria-label={t("contacts.section.companies")} aria-busy={list.isFetching}>
        {list.isPending && <LoadingRows rows={4} avatar={false} />}
        {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && <EmptyState icon={<BankOutlined />} title={t(q ? "companies.none_match" : "companies.none")} hint={t("companies.none_hint")} action={!q && add} />}
        {rows.map((row) => (
          <Link key={row.id} className={styles.item ?? ""} to={`/a/${account.id}/contacts/companies/${row.id}`}>
            <div className={styles.grow}>
              <div className={styles.name}>{row.name}</div>
              <div className={styles.sub}>{row.domain ?? t("companies.no_domain")}</div>
            </div>
            <span className={styles.count}>{t("companies.people", { n: row.contacts_count })}</span>
          </Link>
        ))}
        {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
      </section>
      {isAdding && <CompanyForm company={null} onClose={(made) => { setAdding(false); if (made) void navigate(`/a/${account.id}/contacts/companies/${made.id}`); }} />}
    </>
  );
}

interface Facts {
  name: string;
  domain?: string | null;
}

export function CompanyForm({ company, domain, onClose }: { company: Company | null; domain?: string; onClose: (saved?: Company) => void }) {
  const t = useT();
  const say = useSayProblem();
  const save = useRecordChange<Company>();
  const keep = (facts: Facts) => {
    const body = { name: facts.name.trim(), domain: facts.domain?.trim() || null };
    const order = company ? { method: "patch" as const, to: `companies/${company.id}`, body } : { method: "post" as const, to: "companies", body };
    save.mutate(order, { onSuccess: onClose, onError: say });
  };
  return (
    <Modal open title={t(company ? "companies.edit" : "companies.new")} footer={null} onCancel={() => onClose()}>
      <Form layout="vertical" initialValues={{ name: company?.name ?? "", domain: company?.domain ?? domain ?? "" }} onFinish={keep}>
        <Form.Item name="name" label={t("companies.name")} rules={[{ required: true, whitespace: true, message: t("form.required") }]}><Input autoFocus maxLength={200} /></Form.Item>
        <Form.Item name="domain" label={t("companies.domain")} extra={t("companies.domain_hint")}><Input maxLength={300} placeholder="example.com.hk" /></Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending}>{t("action.save")}</Button>
      </Form>
    </Modal>
  );
}
