/** The ledger: everything that came in and everything that went out, accounted for. */
import { useLedger } from "@/features/deliveries/api";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

export function LedgerCard() {
  const t = useT();
  const format = useFormat();
  const ledger = useLedger();
  if (ledger.isPending) return <LoadingRows rows={1} avatar={false} />;
  if (ledger.isError) return <ErrorState error={ledger.error} onRetry={() => void ledger.refetch()} />;
  const { since, inbound, outbound, is_balanced: isBalanced } = ledger.data;
  return (
    <>
      <p className={styles.balance} data-balanced={isBalanced}>
        {t(isBalanced ? "ledger.balanced" : "ledger.unbalanced")} {t("ledger.definition", { time: format.dateTime(since) })}
      </p>
      <div className={styles.ledger}>
        <Side title={t("ledger.in")} counts={inbound} />
        <Side title={t("ledger.out")} counts={outbound} />
      </div>
    </>
  );
}

function Side({ title, counts }: { title: string; counts: Record<string, number> }) {
  const maybe = useMaybeT();
  const wordsOf = (name: string) => name.split("/").map((word) => maybe(`ledger.${word}`, word)).join(" · ");
  return (
    <div className={styles.side}>
      <h2>{title}</h2>
      {Object.entries(counts)
        .filter(([, count]) => typeof count === "number")
        .map(([name, count]) => (
          <span key={name} className={styles.figure}>
            <b>{count.toLocaleString()}</b> {wordsOf(name)}
          </span>
        ))}
    </div>
  );
}
