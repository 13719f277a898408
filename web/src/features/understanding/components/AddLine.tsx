/** Adding one line by hand; it stays open for the next one. */
import { Alert, Button, Form, Input, Modal, type InputRef } from "antd";
import { useRef, useState } from "react";
import type { Pack } from "@/api/understanding";
import { useAddExample } from "@/features/understanding/api";
import { IntentSelect } from "@/features/understanding/components/IntentSelect";
import { LONGEST_LINE } from "@/features/understanding/model";
import { announce } from "@/shared/announce";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";

interface Props {
  pack: Pack;
  text: string;
  intent: string | null;
  onClose: () => void;
}

export function AddLine({ pack, text, intent, onClose }: Props) {
  const t = useT();
  const add = useAddExample(true);
  const problem = useProblemText();
  const [added, setAdded] = useState(0);
  const first = useRef<InputRef>(null);
  const [form] = Form.useForm<{ text: string; intent: string }>();
  const save = (values: { text: string; intent: string }) =>
    add.mutate(
      { pack: pack.name, ...values },
      {
        onSuccess: () => {
          setAdded((n) => n + 1);
          announce(t("understand.line_added"));
          form.setFieldValue("text", "");
          first.current?.focus();
        },
      },
    );
  const failed = add.error ? problem(add.error) : null;
  return (
    <Modal open title={t("understand.add_line")} footer={null} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={{ text, intent }} onFinish={save}>
        <Form.Item name="text" label={t("understand.line")} extra={t("understand.line_hint")} rules={[{ required: true, whitespace: true, message: t("form.required") }]}>
          <Input ref={first} autoFocus maxLength={LONGEST_LINE} />
        </Form.Item>
        <Form.Item name="intent" label={t("understand.intent")} rules={[{ required: true, message: t("form.required") }]}>
          <IntentSelect pack={pack} placeholder={t("understand.choose_intent")} />
        </Form.Item>
        {failed && <Alert type="error" showIcon title={`${failed.cause} ${failed.remedy}`} style={{ marginBottom: 16 }} />}
        {added > 0 && !failed && <Alert type="success" showIcon title={t("understand.lines_added", { n: added })} style={{ marginBottom: 16 }} />}
        <Button type="primary" htmlType="submit" loading={add.isPending}>{t("understand.add")}</Button>
      </Form>
    </Modal>
  );
}
