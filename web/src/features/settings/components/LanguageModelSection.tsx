/** The optional language model: whether it may choose, what a day may cost, whether its endpoint answers. */
import { RobotOutlined } from "@ant-design/icons";
import { App, Button, Form, InputNumber, Progress, Switch } from "antd";
import { useState } from "react";
import type { LanguageModel, LanguageModelForm } from "@/api/flows";
import { useChangeLanguageModel, useLanguageModel, useTestLanguageModel } from "@/features/settings/language_model";
import { LanguageModelDays } from "@/features/settings/components/LanguageModelDays";
import { useMaybeT, useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/settings/components/language_model.module.css";

const MILLION = 1_000_000;
const VARIABLES = ["KAITAK_LLM__URL", "KAITAK_LLM__MODEL", "KAITAK_LLM__KEY"];

export function LanguageModelSection() {
  const t = useT();
  const model = useLanguageModel();
  if (model.isError && !model.data) return <ErrorState error={model.error} onRetry={() => void model.refetch()} />;
  if (!model.data) return <LoadingRows rows={3} avatar={false} />;
  if (!model.data.offer) {
    return (
      <div className={styles.card}>
        <EmptyState icon={<RobotOutlined />} title={t("llm.none")} hint={t("llm.none_hint")} action={<code className={styles.code}>{VARIABLES.map((name) => `${name}=…`).join("\n")}</code>} />
      </div>
    );
  }
  return (
    <>
      <Switched model={model.data} offer={model.data.offer} />
      <Budget key={model.data.updated_at} model={model.data} offer={model.data.offer} />
      <LanguageModelDays currency={model.data.offer.currency} />
    </>
  );
}

interface Props {
  model: LanguageModel;
  offer: NonNullable<LanguageModel["offer"]>;
}

function Switched({ model, offer }: Props) {
  const t = useT();
  const { account } = useSession();
  const { message } = App.useApp();
  const change = useChangeLanguageModel();
  const canChange = isAtLeast(account.role, "administrator");
  const turn = (enabled: boolean) =>
    change.mutate({ enabled }, { onSuccess: () => void message.success(t(enabled ? "llm.switched_on" : "llm.switched_off")) });
  return (
    <section className={styles.card}>
      <label className={styles.switch}>
        <Switch checked={model.enabled} loading={change.isPending} disabled={!canChange} onChange={turn} aria-label={t("llm.switch")} />
        <b>{t("llm.switch")}</b>
        {!canChange && <span className={styles.faint}>{t("llm.read_only")}</span>}
      </label>
      <dl className={styles.facts}>
        <div><dt>{t("llm.model")}</dt><dd><code>{offer.model}</code></dd></div>
        <div><dt>{t("llm.timeout")}</dt><dd>{t("llm.seconds", { n: offer.timeout_ms / 1000 })}</dd></div>
        <div><dt>{t("llm.price")}</dt><dd>{t("llm.price_both", { input: offer.price_input, output: offer.price_output, currency: offer.currency })}</dd></div>
      </dl>
      <p className={styles.faint}>{t("llm.address")}</p>
      {canChange && <Test />}
    </section>
  );
}

function Test() {
  const t = useT();
  const maybe = useMaybeT();
  const test = useTestLanguageModel();
  const found = test.data;
  const isGood = found?.outcome === "answered";
  return (
    <div className={styles.test}>
      <Button loading={test.isPending} onClick={() => test.mutate()}>{t("llm.test")}</Button>
      {found && (
        <span role="status" data-good={isGood} className={styles.found}>
          {isGood ? t("llm.tested", { ms: found.took_ms, tokens: found.tokens }) : t("llm.test_failed", { reason: maybe(`llm.outcome.${found.outcome}`, found.outcome) })}
        </span>
      )}
    </div>
  );
}

function Budget({ model, offer }: Props) {
  const t = useT();
  const { account } = useSession();
  const { message } = App.useApp();
  const change = useChangeLanguageModel();
  const canChange = isAtLeast(account.role, "administrator");
  const [tokens, setTokens] = useState(model.daily_tokens);
  const [cost, setCost] = useState(model.daily_cost_micros === null ? null : model.daily_cost_micros / MILLION);
  const form: LanguageModelForm = { daily_tokens: tokens, daily_cost_micros: cost === null ? null : Math.round(cost * MILLION) };
  const isChanged = form.daily_tokens !== model.daily_tokens || form.daily_cost_micros !== model.daily_cost_micros;
  const { today } = model;
  const limit = model.limit ?? offer.daily_limit;
  const share = Math.round(100 * Math.max(part(today.tokens, limit.tokens), part(today.cost_micros, limit.cost_micros)));
  const save = () => change.mutate(form, { onSuccess: () => void message.success(t("done.saved")) });
  return (
    <section className={styles.card}>
      <h3>{t("llm.budget")}</h3>
      <p>
        {t("llm.today")}：{t("llm.today_text", { tokens: today.tokens.toLocaleString(), cost: (today.cost_micros / MILLION).toFixed(4), currency: offer.currency, calls: today.calls })}
        {" "}<span className={styles.faint}>{t("llm.of_limit", { share })}</span>
      </p>
      <Progress percent={Math.min(100, share)} showInfo={false} size="small" status={share >= 100 ? "exception" : "normal"} aria-label={t("llm.today")} />
      <Form layout="vertical" className={styles.form} onFinish={save} disabled={!canChange}>
        <Form.Item label={t("llm.tokens")} extra={t("llm.operator_limit", { n: offer.daily_limit.tokens.toLocaleString() })}>
          <InputNumber min={0} max={offer.daily_limit.tokens} value={tokens} onChange={setTokens} className={styles.number} />
        </Form.Item>
        <Form.Item label={t("llm.cost", { currency: offer.currency })} extra={t("llm.operator_limit", { n: (offer.daily_limit.cost_micros / MILLION).toString() })}>
          <InputNumber min={0} step={0.01} max={offer.daily_limit.cost_micros / MILLION} value={cost} onChange={setCost} className={styles.number} />
        </Form.Item>
        {canChange && <Button type="primary" htmlType="submit" disabled={!isChanged} loading={change.isPending}>{t("llm.save")}</Button>}
      </Form>
    </section>
  );
}

function part(used: number, limit: number): number {
  return limit > 0 ? used / limit : 0;
}
