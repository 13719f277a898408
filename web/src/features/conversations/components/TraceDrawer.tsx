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
  if (value === null || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : typeof value === "object" && Object.keys(value).length === 0;
}

function Facts({ facts }: { facts: Record<string, Json> }) {
  const maybe = useMaybeT();
  const items = Object.entries(facts)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => ({ key: name, label: maybe(`trace.field.${name}`, name), children: <Value value={value} /> }));
  return <Descriptions size="small" column={1} items={items} />;
}

function Value({ value }: { value: Json }) {
  if (value === null) return <>–</>;
  if (typeof value === "number") return <>{Number.isInteger(value) ? value : value.toFixed(2)}</>;
  if (typeof value !== "object") return <>{String(value)}</>;
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
  const known = Object.entries(value).filter(([, item]) => !isEmpty(item));
  return (
    <span className={styles.pairs}>
      {known.map(([name, item]) => (
        <span key={name}>
          <span className={styles.faint}>{name}</span> <Value value={item} />
        </span>
      ))}
    </span>
  );
}
