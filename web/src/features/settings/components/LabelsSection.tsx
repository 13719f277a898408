/** Labels: a name, a colour, what it is for. */
import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, ColorPicker, Form, Input, Modal } from "antd";
import { useState } from "react";
import type { Label } from "@/api/views";
import { useChange } from "@/features/settings/api";
import { DeleteButton, Sheet } from "@/features/settings/components/Sheet";
import { useT } from "@/shared/i18n";
import { useLabels } from "@/shared/reference";
import { LabelDot } from "@/shared/ui/Marks";
import styles from "@/features/settings/components/settings.module.css";

const COLORS = ["#0e7c86", "#d98e04", "#c8352b", "#2b7a3f", "#6b4fbb", "#2f6fde", "#b8457a", "#5f6b6d"];

export function LabelsSection() {
  const t = useT();
  const query = useLabels();
  const change = useChange<unknown>("labels");
  const [edited, setEdited] = useState<{ label: Label; isNew: boolean } | null>(null);
  const start = () => setEdited({ label: { title: "", description: "", color: COLORS[0] ?? "#0e7c86" }, isNew: true });
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={start}>{t("labels.new")}</Button>;
  const path = (title: string) => `labels/${encodeURIComponent(title)}`;
  const save = (label: Label) => {
    const { title, ...rest } = label;
    const order = edited?.isNew
      ? { method: "post" as const, path: "labels", body: { ...rest, title: title.trim().toLowerCase() } }
      : { method: "patch" as const, path: path(edited?.label.title ?? title), body: rest };
    change.mutate(order, { onSuccess: () => setEdited(null) });
  };
  return (
    <>
      <div className={styles.bar}><span />{add}</div>
      <Sheet
        query={query}
        empty={{ title: t("labels.none"), hint: t("labels.none_hint"), action: add }}
        row={(label) => (
          <div key={label.title} className={styles.item}>
            <div className={styles.grow}>
              <div className={styles.name}><LabelDot title={label.title} color={label.color} /></div>
              <div className={styles.sub}>{label.description}</div>
            </div>
            <div className={styles.tools}>
              <Button type="text" icon={<EditOutlined />} aria-label={t("settings.edit_one", { name: label.title })} onClick={() => setEdited({ label, isNew: false })} />
              <DeleteButton name={label.title} onConfirm={() => change.mutate({ method: "delete", path: path(label.title) })} />
            </div>
          </div>
        )}
      />
      <Modal open={edited !== null} title={t("labels.one")} footer={null} onCancel={() => setEdited(null)} destroyOnHidden>
        <Form layout="vertical" initialValues={edited?.label ?? {}} onFinish={save}>
          <Form.Item name="title" label={t("labels.title")} rules={[{ required: true, message: t("form.required") }]}>
            <Input autoFocus disabled={!edited?.isNew} maxLength={60} />
          </Form.Item>
          <Form.Item name="description" label={t("labels.description")}><Input maxLength={200} /></Form.Item>
          <Form.Item name="color" label={t("labels.color")} getValueFromEvent={(color: { toHexString: () => string }) => color.toHexString()}>
            <ColorPicker disabledAlpha presets={[{ label: t("labels.color"), colors: COLORS }]} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={change.isPending}>{t("action.save")}</Button>
        </Form>
      </Modal>
    </>
  );
}
