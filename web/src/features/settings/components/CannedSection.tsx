/** Canned responses: short code and text, with the variables they may hold. */
import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import type { CannedResponse } from "@/api/views";
import { useChange } from "@/features/settings/api";
import { DeleteButton, Sheet } from "@/features/settings/components/Sheet";
import { useT } from "@/shared/i18n";
import { useCannedResponses } from "@/shared/reference";
import styles from "@/features/settings/components/settings.module.css";

type Draft = Pick<CannedResponse, "short_code" | "content">;
const VARIABLES = "{{contact.name}}  {{contact.email}}  {{contact.phone}}  {{agent.name}}  {{conversation.id}}";

export function CannedSection() {
  const t = useT();
  const query = useCannedResponses();
  const change = useChange<unknown>("canned_responses");
  const [edited, setEdited] = useState<CannedResponse | Draft | null>(null);
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited({ short_code: "", content: "" })}>{t("canned.new")}</Button>;
  const save = (draft: Draft) => {
    const id = edited && "id" in edited ? edited.id : null;
    change.mutate(
      id === null ? { method: "post", path: "canned_responses", body: draft } : { method: "patch", path: `canned_responses/${id}`, body: draft },
      { onSuccess: () => setEdited(null) },
    );
  };
  return (
    <>
      <div className={styles.bar}><span />{add}</div>
      <Sheet
        query={query}
        empty={{ title: t("canned.empty"), hint: t("canned.empty_hint"), action: add }}
        row={(item) => (
          <div key={item.id} className={styles.item}>
            <div className={styles.grow}>
              <div className={styles.name}>/{item.short_code}</div>
              <div className={styles.sub}>{item.content}</div>
            </div>
            <div className={styles.tools}>
              <Button type="text" icon={<EditOutlined />} aria-label={t("settings.edit_one", { name: item.short_code })} onClick={() => setEdited(item)} />
              <DeleteButton name={`/${item.short_code}`} onConfirm={() => change.mutate({ method: "delete", path: `canned_responses/${item.id}` })} />
            </div>
          </div>
        )}
      />
      <Modal open={edited !== null} title={t("canned.edit")} footer={null} onCancel={() => setEdited(null)} destroyOnHidden>
        <Form layout="vertical" initialValues={edited ?? {}} onFinish={save}>
          <Form.Item name="short_code" label={t("canned.short_code")} rules={[{ required: true, message: t("form.required") }, { pattern: /^[^\s/]{1,60}$/, message: t("canned.short_code_rule") }]}>
            <Input autoFocus prefix="/" maxLength={60} />
          </Form.Item>
          <Form.Item name="content" label={t("canned.content")} extra={<>{t("canned.variables")} <code>{VARIABLES}</code></>} rules={[{ required: true, message: t("form.required") }]}>
            <Input.TextArea autoSize={{ minRows: 4, maxRows: 12 }} maxLength={10_000} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={change.isPending}>{t("action.save")}</Button>
        </Form>
      </Modal>
    </>
  );
}
