/** Me: name, language, theme, password. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import { http } from "@/api/http";
import type { Locale, UiSettings } from "@/api/views";
import { useSayProblem } from "@/shared/hooks/problems";
import { LOCALES, useI18n, useT } from "@/shared/i18n";
import { savePreference, usePreferences, type ThemeMode } from "@/shared/preferences";
import { keys } from "@/shared/query_keys";
import { useSession } from "@/shared/session";
import styles from "@/features/settings/components/settings.module.css";

export function ProfileSection() {
  const t = useT();
  const { user } = useSession();
  const client = useQueryClient();
  const say = useSayProblem();
  const locale = useI18n((state) => state.locale);
  const theme = usePreferences((state) => state.theme);
  const save = (change: UiSettings) =>
    void savePreference(change, user.ui_settings).then(() => client.invalidateQueries({ queryKey: keys.me })).catch(say);
  const themes = (["light", "dark", "system"] as const).map((value) => ({ value, label: t(`theme.${value}`) }));
  return (
    <>
      <div className={styles.card}>
        <h3>{t("profile.look")}</h3>
        <p className={styles.hint}>{t("rail.language")}</p>
        <Segmented options={LOCALES.map(({ value, name }) => ({ value, label: name }))} value={locale} onChange={(language: Locale) => save({ language })} />
        <p className={styles.hint}>{t("rail.theme")}</p>
        <Segmented options={themes} value={theme} onChange={(mode: ThemeMode) => save({ theme: mode })} />
      </div>
      <ProfileForm fields="name" title={t("profile.me")} />
      <ProfileForm fields="password" title={t("profile.password")} />
    </>
  );
}

interface Fields {
  name?: string;
  password?: string;
  current_password?: string;
  again?: string;
}

function ProfileForm({ fields, title }: { fields: "name" | "password"; title: string }) {
  const t = useT();
  const { user } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const say = useSayProblem();
  const [form] = Form.useForm<Fields>();
  const [isBusy, setBusy] = useState(false);
  const save = async ({ name, password, current_password }: Fields) => {
    setBusy(true);
    try {
      await http.patch("/auth/me", fields === "name" ? { name } : { password, ...(current_password ? { current_password } : {}) });
      await client.invalidateQueries({ queryKey: keys.me });
      if (fields === "password") form.resetFields();
      void message.success(t("done.saved"));
    } catch (error) {
      say(error);
    } finally {
      setBusy(false);
    }
  };
  const required = { required: true, message: t("form.required") };
  return (
    <div className={styles.card}>
      <h3>{title}</h3>
      <Form form={form} layout="vertical" initialValues={{ name: user.name }} onFinish={(values) => void save(values)}>
        {fields === "name" ? (
          <Form.Item name="name" label={t("people.name")} rules={[required]}><Input maxLength={120} autoComplete="name" /></Form.Item>
        ) : (
          <>
            <Form.Item name="current_password" label={t("profile.current")} extra={t("profile.current_hint")}><Input.Password autoComplete="current-password" /></Form.Item>
            <Form.Item name="password" label={t("profile.new")} rules={[required]}><Input.Password autoComplete="new-password" /></Form.Item>
            <Form.Item name="again" label={t("profile.again")} dependencies={["password"]} rules={[required, ({ getFieldValue }) => ({ validator: (_rule, value) => (value === getFieldValue("password") ? Promise.resolve() : Promise.reject(new Error(t("profile.differs")))) })]}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
          </>
        )}
        <Button type="primary" htmlType="submit" loading={isBusy}>{t("action.save")}</Button>
      </Form>
    </div>
  );
}
