/** Passing the gate by force: what it means, and why it is done. */
import { Alert, Button, Form, Input, Modal } from "antd";
import type { Model } from "@/api/understanding";
import { useT } from "@/shared/i18n";

interface Props {
  model: Model;
  isBusy: boolean;
  onForce: (reason: string) => void;
  onClose: () => void;
}

export function ForceDialog({ model, isBusy, onForce, onClose }: Props) {
  const t = useT();
  return (
    <Modal open title={t("understand.force_title", { n: model.number })} footer={null} onCancel={onClose}>
      <Alert type="warning" showIcon title={t("understand.force_warning")} style={{ marginBottom: 16 }} />
      <Form layout="vertical" onFinish={({ reason }: { reason: string }) => onForce(reason.trim())}>
        <Form.Item name="reason" label={t("understand.force_reason")} extra={t("understand.force_reason_hint")} rules={[{ required: true, whitespace: true, message: t("form.required") }]}>
          <Input.TextArea autoFocus rows={3} maxLength={500} showCount />
        </Form.Item>
        <Button type="primary" danger htmlType="submit" loading={isBusy}>{t("understand.force")}</Button>
      </Form>
    </Modal>
  );
}
