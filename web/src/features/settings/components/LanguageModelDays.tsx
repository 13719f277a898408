/** What each of the latest days used of the language model. */
import { useLanguageModelDays } from "@/features/settings/language_model";
import { useT } from "@/shared/i18n";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/settings/components/language_model.module.css";

export function LanguageModelDays({ currency }: { currency: string }) {
  const t = useT();
  const days = useLanguageModelDays();
  return (
    <section className={styles.card}>
      <h3>{t("llm.days")}</h3>
      {days.isPending && <LoadingRows rows={2} avatar={false} />}
      {days.isError && !days.data && <ErrorState error={days.error} onRetry={() => void days.refetch()} />}
      {days.data?.length === 0 && <EmptyState title={t("llm.no_days")} />}
      {days.data && days.data.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("llm.day")}</th>
                {(["calls", "chosen", "declined", "failed", "used"] as const).map((name) => <th key={name} scope="col">{t(`llm.${name}`)}</th>)}
                <th scope="col">{currency}</th>
              </tr>
            </thead>
            <tbody>
              {days.data.map((day) => (
                <tr key={day.day}>
                  <th scope="row">{day.day}</th>
                  <td>{day.calls}</td>
                  <td>{day.chosen}</td>
                  <td>{day.none}</td>
                  <td>{day.failed}</td>
                  <td>{day.tokens.toLocaleString()}</td>
                  <td>{(day.cost_micros / 1_000_000).toFixed(4)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
