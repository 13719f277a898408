/** The pairs of intents that are taken for each other most, with some of their lines. */
import { useState } from "react";
import { CheckCircleOutlined } from "@ant-design/icons";
import type { Confusion } from "@/api/understanding";
import { More } from "@/features/understanding/components/Part";
import { Tag } from "@/shared/ui/Loaded";
import { percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";

const FIRST = 6;

export function Confusions({ confusions, title }: { confusions: Confusion[]; title: (intent: string) => string }) {
  const t = useT();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? confusions : confusions.slice(0, FIRST);
  return (
    <section className={styles.sheet} aria-label={t("understand.confusions")}>
      <h3>{t("understand.confusions")}</h3>
      {confusions.length === 0 && <EmptyState icon={<CheckCircleOutlined />} title={t("understand.no_confusions")} />}
      {shown.map((each) => (
        <div key={`${each.intent} ${each.read_as}`} className={styles.item}>
          <div className={styles.grow}>
            <div className={styles.sub}>
              <Tag tone="main" title={each.intent}>{title(each.intent)}</Tag>
              <span>{t("understand.taken_for")}</span>
              <Tag tone="bad" title={each.read_as}>{title(each.read_as)}</Tag>
            </div>
            {each.samples.map((sample) => <div key={sample} className={styles.line}>{sample}</div>)}
          </div>
          <div className={styles.faint} title={t("understand.share_of_intent")}>{t("understand.n_lines", { n: each.lines })} · {percent(each.share)}</div>
        </div>
      ))}
      <More total={confusions.length} shown={shown.length} onMore={() => setAll(true)} />
    </section>
  );
}
