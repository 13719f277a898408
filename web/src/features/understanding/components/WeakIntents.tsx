/** Each intent's figures, weakest first; the name leads to its lines. */
import { useState } from "react";
import { Link } from "react-router";
import type { IntentFigures, Pack } from "@/api/understanding";
import { More } from "@/features/understanding/components/Part";
import { placeOfIntent } from "@/features/understanding/filters";
import { percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import styles from "@/features/understanding/components/page.module.css";

const FIRST = 8;

export function WeakIntents({ intents, title, pack }: { intents: IntentFigures[]; title: (intent: string) => string; pack: Pack }) {
  const t = useT();
  const { account } = useSession();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? intents : intents.slice(0, FIRST);
  return (
    <section className={styles.sheet} aria-label={t("understand.weakest")}>
      <h3>{t("understand.weakest")}</h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("understand.intent")}</th>
              <th scope="col" className={styles.number}>{t("understand.lines")}</th>
              <th scope="col" className={styles.number} title={t("understand.recall_hint")}>{t("understand.recall")}</th>
              <th scope="col" className={styles.number} title={t("understand.precision_hint")}>{t("understand.precision")}</th>
              <th scope="col" className={styles.number} title={t("understand.f1_hint")}>F1</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={each.intent}>
                <td><Link to={placeOfIntent(account.id, pack.name, each.intent)}>{title(each.intent)}</Link></td>
                <td className={styles.number}>{each.lines}</td>
                <td className={styles.number}>{percent(each.recall)}</td>
                <td className={styles.number}>{percent(each.precision)}</td>
                <td className={styles.number}>{percent(each.f1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More total={intents.length} shown={shown.length} onMore={() => setAll(true)} />
    </section>
  );
}
