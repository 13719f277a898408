/** For a customer who is not proven: whose order it is, shown by the buyer's telephone. */
import { Alert, Button, Form, Input } from "antd";
import { useCheckOrder } from "@/features/business/api";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import styles from "@/features/business/components/business.module.css";

export function CheckOrder({ conversation }: { conversation: number }) {
  const t = useT();
  const check = useCheckOrder(conversation);
  const say = useProblemText();
  const isWrong = check.data?.order === null;
  const submit = ({ order_no, phone_tail }: { order_no: string; phone_tail: string }) => check.mutate({ order_no: order_no.trim(), phone_tail });
  return (
    <details className={styles.check}>
      <summary>{t("business.check.title")}</summary>
      <p className={styles.profile}>{t("business.check.hint")}</p>
      {check.error && <Alert type="error" showIcon title={say(check.error).cause} className={styles.told} />}
      {isWrong && <Alert type="warning" showIcon title={t("business.check.wrong")} className={styles.told} />}
      <Form layout="inline" size="small" onFinish={submit}>
        <Form.Item name="order_no" rules={[{ required: true, whitespace: true, message: t("form.required") }]}>
          <Input maxLength={40} placeholder={t("business.check.order_no")} aria-label={t("business.check.order_no")} />
        </Form.Item>
        <Form.Item name="phone_tail" rules={[{ required: true, pattern: /^\d{4}$/, message: t("business.check.phone_tail") }]}>
          <Input maxLength={4} inputMode="numeric" placeholder={t("business.check.phone_tail")} aria-label={t("business.check.phone_tail")} style={{ width: 110 }} />
        </Form.Item>
        <Button htmlType="submit" loading={check.isPending}>{t("business.check.do")}</Button>
      </Form>
    </details>
  );
}
