/** The door: e-mail and password, or a one-time link. */
import { Button, Form, Input, Segmented } from "antd";
import { useEffect, useRef } from "react";
import { useNavigate, useParams } from "react-router";
import { useSavePreference, useSignIn } from "@/features/auth/api";
import { useProblemText } from "@/shared/hooks/problems";
import { LOCALES, useI18n, useT } from "@/shared/i18n";
import { Wordmark } from "@/shared/ui/Wordmark";
import styles from "@/features/auth/components/sign_in.module.css";

export function SignInPage() {
  const t = useT();
  const { token } = useParams();
  const navigate = useNavigate();
  const signIn = useSignIn();
  const text = useProblemText();
  const tried = useRef(false);
  const { mutate } = signIn;
  const enter = () => void navigate("/", { replace: true });
  useEffect(() => {
    if (!token || tried.current) return;
    tried.current = true;
    mutate({ token }, { onSuccess: () => void navigate("/", { replace: true }) });
  }, [token, mutate, navigate]);

  const problem = signIn.error ? text(signIn.error) : null;
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Wordmark />
        <h1 className={styles.title}>{t("signin.title")}</h1>
        <p className={styles.hint}>{token && signIn.isPending ? t("signin.by_link") : t("signin.hint")}</p>
        {problem && (
          <div className={styles.problem} role="alert">
            <b>{token && tried.current ? t("signin.link_failed") : problem.cause}</b> {problem.remedy}
          </div>
        )}
        <Form
          layout="vertical"
          requiredMark={false}
          disabled={signIn.isPending}
          onFinish={(values: { email: string; password: string }) => mutate(values, { onSuccess: enter })}
        >
          <Form.Item name="email" label={t("signin.email")} rules={[{ required: true, message: t("signin.email_missing") }]}>
            <Input size="large" type="email" autoComplete="username" autoFocus={!token} />
          </Form.Item>
          <Form.Item name="password" label={t("signin.password")} rules={[{ required: true, message: t("signin.password_missing") }]}>
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
            {t("signin.submit")}
          </Button>
        </Form>
        <LanguageChoice />
      </div>
    </main>
  );
}

export function LanguageChoice() {
  const locale = useI18n((state) => state.locale);
  const save = useSavePreference();
  const options = LOCALES.map(({ value, name }) => ({ value, label: name }));
  return <Segmented className={styles.languages} options={options} value={locale} onChange={(language) => void save({ language })} />;
}
