/** How much real text each intent has; those with too little come first and lead to their lines. */
import { useState } from "react";
import { Link } from "react-router";
import type { Audit, Pack } from "@/api/understanding";
import { More } from "@/features/understanding/components/Part";
import { Tag } from "@/shared/ui/Loaded";
import { placeOfIntent } from "@/features/understanding/filters";
import { percent, titlesOf } from "@/features/understanding/model";
import { useI18n, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import styles from "@/features/understanding/components/page.module.css";

const FIRST = 6;

export function Starved({ intents, pack }: { intents: Audit["intents"]; pack: Pack }) {
  const t = useT();
  const { account } = useSession();
  const locale = useI18n((state) => state.locale);
  const [isAll, setAll] = useState(false);
  const title = titlesOf(pack, locale);
  const ordered = [...intents].sort((a, b) => Number(b.is_starved) - Number(a.is_starved));
  const starved = intents.filter((each) => each.is_starved).length;
  const shown = isAll ? ordered : ordered.slice(0, Math.max(FIRST, Math.min(starved, 12)));
  return (
    <section className={styles.sheet} aria-label={t("understand.audit.starved")} data-finding="starved">
      <h3>{t("understand.audit.starved")} <Tag tone={starved > 0 ? "warn" : "good"}>{starved}</Tag></h3>
      <p className={styles.note} style={{ marginBottom: 4 }}>{t("understand.audit.starved_hint")}</p>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("understand.intent")}</th>
              <th scope="col" className={styles.number}>{t("understand.lines")}</th>
              <th scope="col" className={styles.number}>{t("understand.own_lines")}</th>
              <th scope="col" className={styles.number} title={t("understand.skeletons_hint")}>{t("understand.skeletons")}</th>
              <th scope="col" className={styles.number} title={t("understand.variety_hint")}>{t("understand.variety")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={each.intent}>
                <td><Link to={placeOfIntent(account.id, pack.name, each.intent)}>{title(each.intent)}</Link> {each.is_starved && <Tag tone="warn">{t("understand.too_few")}</Tag>}</td>
                <td className={styles.number}>{each.lines}</td>
                <td className={styles.number}>{each.own_lines}</td>
                <td className={styles.number}>{each.skeletons}</td>
                <td className={styles.number}>{percent(each.variety, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More total={ordered.length} shown={shown.length} onMore={() => setAll(true)} />
    </section>
  );
}
