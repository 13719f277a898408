/** Delivery: the ledger by inbox, what did not arrive, the webhook log, channel limits. For supervisors and up. */
import { Segmented } from "antd";
import { Navigate, useSearchParams } from "react-router";
import { ChannelLimits } from "@/features/deliveries/components/ChannelLimits";
import { DeadLetters } from "@/features/deliveries/components/DeadLetters";
import { LedgerCard } from "@/features/deliveries/components/LedgerCard";
import { LedgerReport } from "@/features/deliveries/components/LedgerReport";
import { WebhookLog } from "@/features/deliveries/components/WebhookLog";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/app/shell.module.css";

const SECTIONS = { undelivered: DeadLetters, ledger: LedgerReport, log: WebhookLog, limits: ChannelLimits } as const;
type Name = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as Name[];

export function DeliveriesPage() {
  const t = useT();
  const { account } = useSession();
  const [params, setParams] = useSearchParams();
  if (!isAtLeast(account.role, "supervisor")) return <Navigate to={`/a/${account.id}/conversations`} replace />;
  const current = NAMES.find((name) => name === params.get("section")) ?? "undelivered";
  const Section = SECTIONS[current];
  return (
    <main className={styles.wide} id="thread" tabIndex={-1}>
      <h1 className={styles.heading}>{t("deliveries.title")}</h1>
      <p className={styles.faint}>{t("deliveries.hint")}</p>
      <LedgerCard />
      <div className={styles.scroller}>
        <Segmented
          size="large"
          aria-label={t("deliveries.title")}
          options={NAMES.map((value) => ({ value, label: t(`deliveries.section.${value}`) }))}
          value={current}
          onChange={(name) => setParams({ section: name }, { replace: true })}
        />
      </div>
      <Section />
    </main>
  );
}
