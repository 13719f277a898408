/** The ledger: everything that came in and everything that went out, accounted for. */
import { useLedger } from "@/features/deliveries/api";
import { useMaybeT, useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

export function LedgerCard() {
  const t = useT();
  const ledger = useLedger();
  if (ledger.isPending) return <LoadingRows rows={1} avatar={false} />;
  if (ledger.isError) return <ErrorState error={ledger.error} onRetry={() => void ledger.refetch()} />;
  return (
    <div className={styles.ledger} title={t("ledger.definition")}>
      <Side title={t("ledger.in")} counts={ledger.data.in} />
      <Side title={t("ledger.out")} counts={ledger.data.out} />
    </div>
  );
}

function Side({ title, counts }: { title: string; counts: Record<string, number> }) {
  const maybe = useMaybeT();
  return (
    <div className={styles.side}>
      <h3>{title}</h3>
      {Object.entries(counts)
        .filter(([, count]) => typeof count === "number")
        .map(([name, count]) => (
          <span key={name} className={styles.figure}>
            <b>{count.toLocaleString()}</b> {maybe(`ledger.${name}`, name)}
          </span>
        ))}
    </div>
  );
}
