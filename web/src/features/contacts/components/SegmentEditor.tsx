/** Conditions over customers, put together one by one, with how many fit now; kept under a name. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, Button, DatePicker, Input, InputNumber, Modal, Popconfirm, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useCompanies, useCount, useDefinitions, useRecordChange, type Condition, type Segment, type Tree } from "@/features/contacts/records_api";
import { fieldOf, fieldOptions, formOf, fresh, OPERATORS, treeOf, valuesFor, wayOf, type FieldOption, type Form } from "@/features/contacts/segment_model";
import { useSayProblem } from "@/shared/hooks/problems";
import { useDebounced } from "@/shared/hooks/time";
import { LOCALES, useT, type Key, type Translate } from "@/shared/i18n";
import { useInboxes, useLabels } from "@/shared/reference";
import styles from "@/features/contacts/components/records.module.css";

const FIRST: Condition = { attribute_key: "last_activity_at", attribute_model: "standard", filter_operator: "within_days", values: [30] };
const MOST = 20;

export function SegmentEditor({ segment, onClose }: { segment: Segment | null; onClose: (saved?: Segment | null) => void }) {
  const t = useT();
  const say = useSayProblem();
  const save = useRecordChange<Segment>();
  const remove = useRecordChange<null>();
  const [name, setName] = useState(segment?.name ?? "");
  const shown = segment ? formOf(segment.query) : { joined: "all" as const, conditions: [FIRST] };
  const [form, setForm] = useState<Form | null>(shown);
  const tree: Tree | null = form ? treeOf(form) : (segment?.query ?? null);
  const keep = () => {
    const body = form ? { name: name.trim(), query: tree } : { name: name.trim() };
    const order = segment ? { method: "patch" as const, to: `custom_filters/${segment.id}`, body } : { method: "post" as const, to: "custom_filters", body };
    save.mutate(order, { onSuccess: onClose, onError: say });
  };
  const drop = () => segment && remove.mutate({ method: "delete", to: `custom_filters/${segment.id}` }, { onSuccess: () => onClose(null), onError: say });
  return (
    <Modal
      open
      width={760}
      title={t(segment ? "segments.edit" : "segments.new")}
      onCancel={() => onClose()}
      footer={[
        segment && <Popconfirm key="delete" title={t("settings.delete_ask", { name: segment.name })} okText={t("action.delete")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={drop}><Button danger style={{ float: "inline-start" }}>{t("action.delete")}</Button></Popconfirm>,
        <Button key="cancel" onClick={() => onClose()}>{t("action.cancel")}</Button>,
        <Button key="save" type="primary" disabled={!name.trim() || tree === null} loading={save.isPending} onClick={keep}>{t("action.save")}</Button>,
      ]}
    >
      <Input autoFocus value={name} maxLength={80} aria-label={t("segments.name")} placeholder={t("segments.name")} onChange={(event) => setName(event.target.value)} />
      {form ? <Conditions form={form} onChange={setForm} /> : <Alert type="info" showIcon title={t("segments.deep")} style={{ marginTop: 12 }} />}
      <Live tree={tree} />
    </Modal>
  );
}

function Live({ tree }: { tree: Tree | null }) {
  const t = useT();
  const settled = useDebounced(tree, 400);
  const counted = useCount(settled);
  if (tree === null) return <p className={styles.faint}>{t("segments.not_whole")}</p>;
  if (!counted.data) return <p className={styles.faint} aria-live="polite">{t(counted.isError ? "segments.count_failed" : "segments.counting")}</p>;
  return <p className={styles.count} aria-live="polite">{t(counted.data.is_more ? "segments.count_more" : "segments.count", { n: counted.data.count.toLocaleString() })}</p>;
}

function Conditions({ form, onChange }: { form: Form; onChange: (form: Form) => void }) {
  const t = useT();
  const options = fieldOptions(useDefinitions().data ?? []);
  const put = (place: number, condition: Condition | null) =>
    onChange({ ...form, conditions: form.conditions.flatMap((each, at) => (at !== place ? [each] : condition ? [condition] : [])) });
  return (
    <>
      <div className={styles.actions}>
        <Select value={form.joined} aria-label={t("segments.joined")} options={[{ value: "all", label: t("segments.joined.all") }, { value: "any", label: t("segments.joined.any") }]} onChange={(joined: Form["joined"]) => onChange({ ...form, joined })} />
      </div>
      <div className={styles.conditions}>
        {form.conditions.map((condition, place) => <One key={`${place}${fieldOf(condition)}`} condition={condition} options={options} onChange={(next) => put(place, next)} />)}
      </div>
      <Button type="dashed" icon={<PlusOutlined />} disabled={form.conditions.length >= MOST} onClick={() => onChange({ ...form, conditions: [...form.conditions, FIRST] })}>{t("segments.add")}</Button>
    </>
  );
}

const nameOf = (field: FieldOption, t: Translate): string => field.name ?? t(`segments.field.${field.key}` as Key);

function One({ condition, options, onChange }: { condition: Condition; options: FieldOption[]; onChange: (condition: Condition | null) => void }) {
  const t = useT();
  const field = options.find(({ value }) => value === fieldOf(condition));
  const kind = field?.kind ?? "text";
  const groups = (["standard", "contact_attribute", "company_attribute"] as const).map((model) => ({
    label: t(`segments.of.${model}`),
    options: options.filter((each) => each.model === model).map((each) => ({ value: each.value, label: nameOf(each, t) })),
  }));
  const pick = (value: string) => {
    const next = options.find((each) => each.value === value);
    if (next) onChange(fresh(next));
  };
  const ask = (operator: string) => onChange({ ...condition, filter_operator: operator, values: wayOf(kind, operator) === wayOf(kind, condition.filter_operator) ? condition.values : valuesFor(kind, operator) });
  return (
    <div className={styles.condition} role="group" aria-label={field ? nameOf(field, t) : condition.attribute_key}>
      <Select showSearch={{ optionFilterProp: "label" }} popupMatchSelectWidth={false} value={fieldOf(condition)} aria-label={t("segments.field")} options={groups.filter((group) => group.options.length > 0)} onChange={pick} />
      <Select popupMatchSelectWidth={false} value={condition.filter_operator} aria-label={t("segments.operator")} options={OPERATORS[kind].map((value) => ({ value, label: t(`segments.operator.${kind === "moment" || kind === "date" ? "day." : ""}${value}` as Key) }))} onChange={ask} />
      <Answer condition={condition} field={field} onChange={(values) => onChange({ ...condition, values })} />
      <Button type="text" icon={<DeleteOutlined />} aria-label={t("segments.remove")} onClick={() => onChange(null)} />
    </div>
  );
}

function Answer({ condition, field, onChange }: { condition: Condition; field: FieldOption | undefined; onChange: (values: Condition["values"]) => void }) {
  const t = useT();
  const label = t("segments.value");
  const [first] = condition.values;
  const way = wayOf(field?.kind ?? "text", condition.filter_operator);
  if (way === "none") return <span />;
  if (way === "days") return <InputNumber min={1} max={3650} precision={0} aria-label={label} value={Number(first)} suffix={t("segments.days")} style={{ width: "100%" }} onChange={(days) => onChange(days === null ? [] : [days])} />;
  if (way === "number") return <InputNumber aria-label={label} value={typeof first === "number" ? first : null} style={{ width: "100%" }} onChange={(number) => onChange(number === null ? [] : [number])} />;
  if (way === "flag") return <Select aria-label={label} value={first === true} options={[{ value: true, label: t("fields.yes") }, { value: false, label: t("fields.no") }]} onChange={(flag: boolean) => onChange([flag])} />;
  if (way === "date") return <DatePicker aria-label={label} value={typeof first === "string" ? dayjs(first) : null} style={{ width: "100%" }} onChange={(day) => onChange(day ? [day.format("YYYY-MM-DD")] : [])} />;
  if (way === "text") return <Input aria-label={label} maxLength={200} value={String(first ?? "")} onChange={(event) => onChange(event.target.value.trim() ? [event.target.value] : [])} />;
  return <Many condition={condition} field={field} onChange={onChange} />;
}

/** Alternatives: chosen from what there is, or typed where anything may be. */
function Many({ condition, field, onChange }: { condition: Condition; field: FieldOption | undefined; onChange: (values: Condition["values"]) => void }) {
  const t = useT();
  const labels = useLabels().data ?? [];
  const inboxes = useInboxes().data ?? [];
  const [q, setQ] = useState("");
  const companies = useCompanies(useDebounced(q, 250)).data?.pages.flatMap(({ payload }) => payload) ?? [];
  const known: Record<string, { value: string | number; label: string }[]> = {
    labels: labels.map(({ title }) => ({ value: title, label: title })),
    inbox_id: inboxes.map(({ id, name }) => ({ value: id, label: name })),
    channel: [...new Set(inboxes.map(({ channel }) => channel))].map((channel) => ({ value: channel, label: t(`channel.${channel}` as Key) })),
    company_id: companies.map(({ id, name }) => ({ value: id, label: name })),
    marketing_consent: [{ value: "given", label: t("segments.consent.given") }, { value: "withdrawn", label: t("segments.consent.withdrawn") }],
    locale: LOCALES.map(({ value, name }) => ({ value, label: name })),
  };
  const options = field?.model === "standard" ? known[field.key] : field?.choices.map((value) => ({ value, label: value }));
  const isFree = !options || options.length === 0;
  const search = field?.key === "company_id" ? { filterOption: false as const, onSearch: setQ } : { optionFilterProp: "label" };
  return <Select<(string | number)[]> mode={isFree ? "tags" : "multiple"} showSearch={search} aria-label={t("segments.value")} value={condition.values.map((each) => (typeof each === "boolean" ? String(each) : each))} options={options ?? []} open={isFree ? false : undefined} placeholder={t(isFree ? "segments.type_values" : "segments.choose_values")} style={{ width: "100%" }} onChange={onChange} />;
}
