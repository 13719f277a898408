/** All customers: searched, by segment, with the columns one wants; taken along as a file. */
import { DownloadOutlined, EditOutlined, PlusOutlined, SettingOutlined, TeamOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { COLUMNS, FIRST_COLUMNS, PeopleRows } from "@/features/contacts/components/PeopleRows";
import { SegmentEditor } from "@/features/contacts/components/SegmentEditor";
import { useCount, useDefinitions, useFileLinks, useSegments, type Definition, type Segment } from "@/features/contacts/records_api";
import { useAddress } from "@/shared/hooks/address";
import { useI18n, useT, type Key } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { AddressSearch } from "@/shared/ui/AddressSearch";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

export function PeopleSection() {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const [address] = useAddress();
  const fields = useDefinitions("contact_attribute").data ?? [];
  const [columns, setColumns] = useColumns(account.id);
  const isSupervisor = isAtLeast(account.role, "supervisor");
  const start = () => void navigate(`/a/${account.id}/contacts/imports`);
  return (
    <>
      <Bar isSupervisor={isSupervisor} columns={<ColumnChoice fields={fields} columns={columns} onChange={setColumns} />} onImport={start} />
      <PeopleRows
        chosen={{ q: address("q") ?? "", segment: address("segment") }}
        columns={columns}
        fields={fields}
        empty={<EmptyState icon={<TeamOutlined />} title={t("contacts.none")} hint={t("contacts.none_hint")} action={isSupervisor && <Button type="primary" onClick={start}>{t("imports.start")}</Button>} />}
      />
    </>
  );
}

function Bar({ isSupervisor, columns, onImport }: { isSupervisor: boolean; columns: React.ReactNode; onImport: () => void }) {
  const t = useT();
  const [address, change] = useAddress();
  const links = useFileLinks();
  const locale = useI18n((state) => state.locale);
  const segments = useSegments().data ?? [];
  const present = segments.find(({ id }) => String(id) === address("segment")) ?? null;
  const [edited, setEdited] = useState<Segment | "new" | null>(null);
  const close = (saved?: Segment | null) => {
    setEdited(null);
    if (saved !== undefined) change({ segment: saved ? String(saved.id) : null });
  };
  return (
    <div className={styles.bar}>
      <AddressSearch label={t("contacts.search")} className={styles.field} />
      <Select allowClear showSearch={{ optionFilterProp: "label" }} className={styles.segment ?? ""} aria-label={t("segments.one")} placeholder={t("segments.all")} value={present ? String(present.id) : null} options={segments.map(({ id, name }) => ({ value: String(id), label: name }))} onChange={(value?: string | null) => change({ segment: value ?? null })} />
      {present && <HowMany segment={present} />}
      {isSupervisor && present && <Button icon={<EditOutlined />} aria-label={t("segments.edit")} title={t("segments.edit")} onClick={() => setEdited(present)} />}
      {isSupervisor && <Button icon={<PlusOutlined />} onClick={() => setEdited("new")}>{t("segments.new")}</Button>}
      <span className={styles.push} />
      {columns}
      {isSupervisor && <Button icon={<DownloadOutlined />} href={links.exported(address("segment"), locale)}>{t("contacts.export")}</Button>}
      {isSupervisor && <Button icon={<UploadOutlined />} onClick={onImport}>{t("imports.start")}</Button>}
      {edited !== null && <SegmentEditor segment={edited === "new" ? null : edited} onClose={close} />}
    </div>
  );
}

export function HowMany({ segment }: { segment: Segment }) {
  const t = useT();
  const counted = useCount(segment.query).data;
  if (!counted) return null;
  return <span className={styles.count} title={t("segments.count_hint")}>{t(counted.is_more ? "segments.count_more" : "segments.count", { n: counted.count.toLocaleString() })}</span>;
}

function ColumnChoice({ fields, columns, onChange }: { fields: Definition[]; columns: string[]; onChange: (columns: string[]) => void }) {
  const t = useT();
  const options = [...COLUMNS.map((name) => ({ value: name as string, label: t(`contacts.column.${name}` as Key) })), ...fields.map((field) => ({ value: `custom:${field.attribute_key}`, label: field.attribute_display_name }))];
  const choice = <Checkbox.Group options={options} value={columns} onChange={onChange} style={{ display: "grid", gap: 6, maxHeight: 320, overflowY: "auto" }} />;
  return <Popover trigger="click" placement="bottomRight" content={choice} title={t("contacts.columns")}><Button icon={<SettingOutlined />}>{t("contacts.columns")}</Button></Popover>;
}

/** Which columns this person wants to see, kept in this browser. */
function useColumns(account: number): [string[], (columns: string[]) => void] {
  const key = `kaitak.contacts.columns.${account}`;
  const [columns, setColumns] = useState(() => kept(key));
  const choose = (next: string[]) => {
    setColumns(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A browser that keeps nothing shows the usual columns next time.
    }
  };
  return [columns, choose];
}

function kept(key: string): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return Array.isArray(found) ? found.filter((each): each is string => typeof each === "string") : FIRST_COLUMNS;
  } catch {
    return FIRST_COLUMNS;
  }
}
