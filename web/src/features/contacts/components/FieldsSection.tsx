/** What the account keeps of its own: fields of customers, companies and conversations. */
import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Popconfirm, Select } from "antd";
import { useState } from "react";
import { useDefinitions, useRecordChange, type AttributeModel, type Definition, type DisplayType } from "@/features/contacts/records_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

const MODELS: AttributeModel[] = ["contact_attribute", "company_attribute", "conversation_attribute"];
const TYPES: DisplayType[] = ["text", "number", "date", "list", "checkbox", "link"];

export function FieldsSection() {
  const t = useT();
  const query = useDefinitions();
  const [edited, setEdited] = useState<Definition | "new" | null>(null);
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")}>{t("fields.new")}</Button>;
  return (
    <>
      <div className={styles.bar}><span className={styles.push} />{add}</div>
      <Loaded query={query}>
        {(all) => (
          <>
            {all.length === 0 && <div className={styles.sheet}><EmptyState title={t("fields.none")} hint={t("fields.none_hint")} action={add} /></div>}
            {MODELS.map((model) => <Group key={model} model={model} fields={all.filter((each) => each.attribute_model === model)} onEdit={setEdited} />)}
          </>
        )}
      </Loaded>
      {edited !== null && <FieldForm field={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function Group({ model, fields, onEdit }: { model: AttributeModel; fields: Definition[]; onEdit: (field: Definition) => void }) {
  const t = useT();
  const say = useSayProblem();
  const change = useRecordChange<null>();
  if (fields.length === 0) return null;
  const forget = (field: Definition) => change.mutate({ method: "delete", to: `custom_attribute_definitions/${field.id}` }, { onError: say });
  return (
    <section className={styles.sheet} aria-label={t(`fields.of.${model}`)}>
      <div className={styles.item}><b>{t(`fields.of.${model}`)}</b></div>
      {fields.map((field) => (
        <div key={field.id} className={styles.item}>
          <div className={styles.grow}>
            <div className={styles.name}>{field.attribute_display_name} <Tag>{t(`fields.type.${field.attribute_display_type}`)}</Tag></div>
            <div className={styles.sub}><code>{field.attribute_key}</code><span>{field.attribute_values.join(" · ") || field.attribute_description}</span></div>
          </div>
          <div className={styles.tools}>
            <Button type="text" icon={<EditOutlined />} aria-label={t("settings.edit_one", { name: field.attribute_display_name })} onClick={() => onEdit(field)} />
            <Popconfirm title={t("settings.delete_ask", { name: field.attribute_display_name })} description={t("fields.delete_hint")} okText={t("action.delete")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={() => forget(field)}><Button type="text" danger>{t("action.delete")}</Button></Popconfirm>
          </div>
        </div>
      ))}
    </section>
  );
}

type Facts = Pick<Definition, "attribute_model" | "attribute_key" | "attribute_display_name" | "attribute_display_type" | "attribute_description" | "attribute_values">;

const FRESH: Facts = { attribute_model: "contact_attribute", attribute_key: "", attribute_display_name: "", attribute_display_type: "text", attribute_description: "", attribute_values: [] };

function FieldForm({ field, onClose }: { field: Definition | null; onClose: () => void }) {
  const t = useT();
  const say = useSayProblem();
  const save = useRecordChange<Definition>();
  const [form] = Form.useForm<Facts>();
  const type = Form.useWatch("attribute_display_type", form) ?? field?.attribute_display_type;
  const keep = (facts: Facts) => {
    const values = facts.attribute_display_type === "list" ? facts.attribute_values : [];
    const words = { attribute_display_name: facts.attribute_display_name, attribute_description: facts.attribute_description };
    const order = field
      ? { method: "patch" as const, to: `custom_attribute_definitions/${field.id}`, body: type === "list" ? { ...words, attribute_values: values } : words }
      : { method: "post" as const, to: "custom_attribute_definitions", body: { ...facts, attribute_values: values } };
    save.mutate(order, { onSuccess: onClose, onError: say });
  };
  return (
    <Modal open title={t(field ? "fields.edit" : "fields.new")} footer={null} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={field ?? FRESH} onFinish={keep}>
        <Form.Item name="attribute_model" label={t("fields.model")}><Select disabled={field !== null} options={MODELS.map((value) => ({ value, label: t(`fields.of.${value}`) }))} /></Form.Item>
        <Form.Item name="attribute_display_name" label={t("fields.name")} rules={[{ required: true, whitespace: true, message: t("form.required") }]}><Input autoFocus maxLength={80} /></Form.Item>
        <Form.Item name="attribute_key" label={t("fields.key")} extra={t("fields.key_hint")} rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,59}$/, message: t("fields.key_wrong") }]}><Input disabled={field !== null} maxLength={60} placeholder="membership_level" /></Form.Item>
        <Form.Item name="attribute_display_type" label={t("fields.type")}><Select disabled={field !== null} options={TYPES.map((value) => ({ value, label: t(`fields.type.${value}`) }))} /></Form.Item>
        {type === "list" && <Form.Item name="attribute_values" label={t("fields.values")} rules={[{ required: true, message: t("form.required") }]}><Select mode="tags" open={false} placeholder={t("segments.type_values")} /></Form.Item>}
        <Form.Item name="attribute_description" label={t("fields.description")}><Input maxLength={300} /></Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending}>{t("action.save")}</Button>
      </Form>
    </Modal>
  );
}
