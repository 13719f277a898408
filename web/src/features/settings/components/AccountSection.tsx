/** The account itself: name, language, time zone. */
import { App, Button, Form, Input, Select } from "antd";
import { useChange } from "@/features/settings/api";
import { LOCALES, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import styles from "@/features/settings/components/settings.module.css";

export function AccountSection() {
  const t = useT();
  const { account } = useSession();
  const { message } = App.useApp();
  const change = useChange<unknown>("account");
  const zones = Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone }));
  const save = (body: object) => change.mutate({ method: "patch", path: "", body }, { onSuccess: () => void message.success(t("done.saved")) });
  return (
    <div className={styles.card}>
      <Form layout="vertical" initialValues={{ name: account.name, locale: account.locale, timezone: account.timezone }} onFinish={save}>
        <Form.Item name="name" label={t("account.name")} rules={[{ required: true, message: t("form.required") }]}><Input maxLength={120} /></Form.Item>
        <Form.Item name="locale" label={t("account.locale")}><Select options={LOCALES.map(({ value, name }) => ({ value, label: name }))} /></Form.Item>
        <Form.Item name="timezone" label={t("account.timezone")}><Select showSearch options={zones} /></Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>{t("action.save")}</Button>
      </Form>
    </div>
  );
}
