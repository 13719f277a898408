/** Trying a message: write what a customer would write, and see what is understood. Nothing is stored. */
import { BulbOutlined, SendOutlined } from "@ant-design/icons";
import { Button, Input, Select, Spin } from "antd";
import { useState, type KeyboardEvent } from "react";
import type { Pack } from "@/api/understanding";
import { useModels, useTry } from "@/features/understanding/api";
import { TryAnswer } from "@/features/understanding/components/TryAnswer";
import { LONGEST_MESSAGE } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import { isComposing } from "@/shared/ime";
import { EmptyState, ErrorState } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";

export function TrySection({ pack }: { pack: Pack }) {
  const t = useT();
  const attempt = useTry();
  const [text, setText] = useState("");
  const [tried, setTried] = useState("");
  const [model, setModel] = useState<number | null>(null);
  const send = (words = text, by = model) => {
    if (words.trim() === "") return;
    setTried(words);
    attempt.mutate({ pack: pack.name, text: words, model_id: by });
  };
  const choose = (by: number | null) => {
    setModel(by);
    send(tried, by);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    send();
  };
  return (
    <>
      <section className={styles.card}>
        <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 8 }} maxLength={LONGEST_MESSAGE} value={text} aria-label={t("understand.message")} placeholder={t("understand.message_placeholder")} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
        <div className={styles.actions}>
          <ModelChoice pack={pack} value={model} onChange={choose} />
          <span className={styles.push} />
          <Button type="primary" icon={<SendOutlined />} disabled={text.trim() === ""} loading={attempt.isPending} onClick={() => send()}>{t("understand.try_it")}</Button>
        </div>
      </section>
      <div aria-live="polite" aria-busy={attempt.isPending}>
        {attempt.isPending && !attempt.data && <div className={styles.sheet} style={{ display: "grid", placeItems: "center", padding: 48 }}><Spin aria-label={t("state.loading")} /></div>}
        {attempt.isError && <div className={styles.sheet}><ErrorState error={attempt.error} onRetry={() => send(tried)} /></div>}
        {attempt.isIdle && <div className={styles.sheet}><EmptyState icon={<BulbOutlined />} title={t("understand.try_empty")} hint={t("understand.try_empty_hint")} /></div>}
        {attempt.data && <TryAnswer found={attempt.data} text={tried} />}
      </div>
    </>
  );
}

function ModelChoice({ pack, value, onChange }: { pack: Pack; value: number | null; onChange: (model: number | null) => void }) {
  const t = useT();
  const models = useModels(pack.name);
  const others = (models.data?.payload ?? []).filter(({ status }) => status !== "active");
  if (others.length === 0) return null;
  const options = [{ value: 0, label: t("understand.by_active") }, ...others.map(({ id, number, status }) => ({ value: id, label: `${t("understand.version", { n: number })} · ${t(`understand.status.${status}`)}` }))];
  return <Select aria-label={t("understand.choose_version")} value={value ?? 0} options={options} popupMatchSelectWidth={false} onChange={(id: number) => onChange(id === 0 ? null : id)} />;
}
