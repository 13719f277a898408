/** Delivery: the ledger, and what did not arrive. For supervisors and administrators. */
import { Navigate } from "react-router";
import { DeadLetters } from "@/features/deliveries/components/DeadLetters";
import { LedgerCard } from "@/features/deliveries/components/LedgerCard";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/app/shell.module.css";

export function DeliveriesPage() {
  const t = useT();
  const { account } = useSession();
  if (!isAtLeast(account.role, "supervisor")) return <Navigate to={`/a/${account.id}/conversations`} replace />;
  return (
    <main className={styles.wide} id="thread" tabIndex={-1}>
      <h1 className={styles.heading}>{t("deliveries.title")}</h1>
      <p className={styles.faint}>{t("deliveries.hint")}</p>
      <LedgerCard />
      <DeadLetters />
    </main>
  );
}
