/** Why the bot said this: what it understood, the steps of its decision, and what came of it. */
import { Descriptions, Drawer } from "antd";
import type { Json } from "@/api/views";
import { useTrace } from "@/features/conversations/api";
import { useMaybeT, useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/conversations/components/thread.module.css";

interface Props {
  id: number;
  message: number | null;
  onClose: () => void;
}

export function TraceDrawer({ id, message, onClose }: Props) {
  const t = useT();
  const trace = useTrace(id, message);
  return (
    <Drawer open={message !== null} onClose={onClose} title={t("trace.title")} size={420} destroyOnHidden>
      {trace.isPending && <LoadingRows rows={3} avatar={false} />}
      {trace.isError && <ErrorState error={trace.error} onRetry={() => void trace.refetch()} />}
      {trace.data && (
        <div className={styles.trace}>
          <Outcome outcome={trace.data.outcome} />
          <h3>{t("trace.understood")}</h3>
          <Facts facts={trace.data.understanding} />
          <h3>{t("trace.steps")}</h3>
          <ol className={styles.steps}>
            {trace.data.trace.map((step, index) => (
              <li key={index}>
                <Value value={step} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </Drawer>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const maybe = useMaybeT();
  return <p className={styles.outcome}>{maybe(`trace.outcome.${outcome}`, outcome)}</p>;
}

function isEmpty(value: Json): boolean {
  if (value === null || value === "" || value === false) return true;
  return Array.isArray(value) ? value.length === 0 : typeof value === "object" && Object.keys(value).length === 0;
}

type Fields = { [name: string]: Json };

function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What people ask first comes first; the rest is there for engineers. */
const FIRST = ["intent", "language", "emotion", "sentiment", "urgency", "band", "entities", "model_version"];

function Facts({ facts }: { facts: Fields }) {
  const t = useT();
  const predictions = Array.isArray(facts["predictions"]) ? facts["predictions"].filter(isFields) : [];
  const intent = predictions.find(({ kind }) => kind === "intent");
  const rest = Object.keys(facts).filter((name) => !FIRST.includes(name) && name !== "predictions");
  const shown = intent ? { ...facts, confidence: intent["confidence"] ?? null, evidence: intent["evidence"] ?? null } : facts;
  return (
    <>
      <FactList facts={shown} names={["intent", "confidence", "evidence", ...FIRST.slice(1)]} />
      {rest.length > 0 && (
        <details className={styles.more}>
          <summary>{t("trace.more")}</summary>
          <FactList facts={facts} names={rest} />
        </details>
      )}
    </>
  );
}

function FactList({ facts, names }: { facts: Fields; names: string[] }) {
  const maybe = useMaybeT();
  const items = names
    .filter((name) => name in facts && !isEmpty(facts[name] ?? null))
    .map((name) => ({
      key: name,
      label: maybe(`trace.field.${name}`, name),
      children: <Value value={facts[name] ?? null} field={name} />,
    }));
  return <Descriptions size="small" column={1} items={items} />;
}

function Value({ value, field = "" }: { value: Json; field?: string }) {
  const maybe = useMaybeT();
  if (typeof value === "number") return <>{field === "confidence" ? `${Math.round(value * 100)}%` : value}</>;
  if (typeof value === "string") return <>{maybe(`trace.value.${value}`, value)}</>;
  if (Array.isArray(value)) {
    return (
      <ul className={styles.values}>
        {value.map((item, index) => (
          <li key={index}>
            <Value value={item} />
          </li>
        ))}
      </ul>
    );
  }
  if (!isFields(value)) return <>{String(value ?? "–")}</>;
  if (typeof value["step"] === "string") return <Step name={value["step"]} detail={value["detail"] ?? null} />;
  return (
    <span className={styles.pairs}>
      {Object.entries(value)
        .filter(([, item]) => !isEmpty(item))
        .map(([name, item]) => (
          <span key={name}>
            <span className={styles.faint}>{maybe(`trace.field.${name}`, name)}</span> <Value value={item} field={name} />
          </span>
        ))}
    </span>
  );
}

function Step({ name, detail }: { name: string; detail: Json }) {
  const maybe = useMaybeT();
  return (
    <>
      <b>{maybe(`trace.step.${name}`, name)}</b>
      <div className={styles.detail}>
        <Value value={detail} />
      </div>
    </>
  );
}
