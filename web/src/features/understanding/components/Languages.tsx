/** How well each language is read, with the interval where lines are few. */
import type { LanguageFigures } from "@/api/understanding";
import { percent } from "@/features/understanding/model";
import { useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";

export function Languages({ languages }: { languages: LanguageFigures[] }) {
  const t = useT();
  const maybe = useMaybeT();
  return (
    <section className={styles.sheet} aria-label={t("understand.by_language")}>
      <h3>{t("understand.by_language")}</h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("understand.language")}</th>
              <th scope="col" className={styles.number}>{t("understand.lines")}</th>
              <th scope="col" className={styles.number}>{t("understand.accuracy")}</th>
              <th scope="col" className={styles.number} title={t("understand.interval_hint")}>{t("understand.interval")}</th>
            </tr>
          </thead>
          <tbody>
            {languages.map(({ language, lines, accuracy, interval_95: [low, high] }) => (
              <tr key={language}>
                <td>{maybe(`trace.value.${language}`, language)}</td>
                <td className={styles.number}>{lines}</td>
                <td className={styles.number}>{percent(accuracy)}</td>
                <td className={styles.number}>{percent(low)} – {percent(high)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
