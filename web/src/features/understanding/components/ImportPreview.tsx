/** What a file holds: what would be taken, what is wrong in which line and what to do, and intents nobody knows. */
import { Alert } from "antd";
import { useState } from "react";
import type { CsvFault, Import, Pack } from "@/api/understanding";
import { More } from "@/features/understanding/components/Part";
import { Tag } from "@/shared/ui/Loaded";
import { titlesOf } from "@/features/understanding/model";
import { useI18n, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import page from "@/features/understanding/components/page.module.css";
import styles from "@/features/understanding/components/import.module.css";

const FIRST = 8;

export function ImportPreview({ found, pack }: { found: Import; pack: Pack }) {
  const t = useT();
  return (
    <>
      <div className={styles.counts}>
        <Tag tone="good">{t("understand.csv_good", { n: found.valid })}</Tag>
        {found.faults_total > 0 && <Tag tone="bad">{t("understand.csv_faults", { n: found.faults_total })}</Tag>}
        {found.known > 0 && <Tag>{t("understand.csv_known", { n: found.known })}</Tag>}
        <span className={page.faint}>{t("understand.csv_read", { n: found.lines, encoding: found.encoding.toUpperCase() })}</span>
      </div>
      {found.valid === 0 && <Alert type="warning" showIcon title={t("understand.csv_nothing")} description={t("understand.csv_nothing_do")} />}
      <UnknownIntents found={found} pack={pack} />
      <Faults found={found} pack={pack} />
      <Good found={found} pack={pack} />
    </>
  );
}

function UnknownIntents({ found, pack }: { found: Import; pack: Pack }) {
  const t = useT();
  const format = useFormat();
  const title = titlesOf(pack, format.locale);
  if (found.unknown_intents.length === 0) return null;
  const near = (names: string[]) => format.list(names.map((name) => `${name}（${title(name)}）`));
  return (
    <section>
      <h3 className={styles.heading}>{t("understand.unknown_intents")}</h3>
      <ul className={styles.list}>
        {found.unknown_intents.map(({ intent, lines, closest }) => (
          <li key={intent}>
            <code>{intent}</code> · {t("understand.n_lines", { n: lines })}
            <span className={page.faint}> {closest.length > 0 ? t("understand.did_you_mean", { names: near(closest) }) : t("understand.use_known")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Faults({ found, pack }: { found: Import; pack: Pack }) {
  const t = useT();
  const [isAll, setAll] = useState(false);
  const locale = useI18n((state) => state.locale);
  const title = titlesOf(pack, locale);
  if (found.faults.length === 0) return null;
  const shown = isAll ? found.faults : found.faults.slice(0, FIRST);
  return (
    <section>
      <h3 className={styles.heading}>{t("understand.faults")}</h3>
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr><th scope="col" className={page.number}>{t("understand.csv_line")}</th><th scope="col">{t("understand.csv_wrong")}</th><th scope="col">{t("understand.csv_do")}</th></tr>
          </thead>
          <tbody>
            {shown.map((fault) => (
              <tr key={`${fault.line} ${fault.code}`}><td className={page.number}>{fault.line}</td><FaultWords fault={fault} title={title} /></tr>
            ))}
          </tbody>
        </table>
      </div>
      <More total={found.faults.length} shown={shown.length} onMore={() => setAll(true)} />
      {isAll && <More total={found.faults_total} shown={found.faults.length} />}
    </section>
  );
}

function FaultWords({ fault, title }: { fault: CsvFault; title: (intent: string) => string }) {
  const t = useT();
  const { code, other_line: line, other_intent: intent } = fault;
  const kind = code !== "conflict" ? code : line === null ? "conflict_own" : "conflict_file";
  const values = { line: line ?? "", intent: intent === null ? "" : title(intent), name: intent ?? "" };
  const hasNear = code === "intent_unknown" && intent !== null;
  return (
    <>
      <td>{t(`understand.fault.${kind}`, values)}</td>
      <td>{hasNear ? t("understand.did_you_mean", { names: `${values.name}（${values.intent}）` }) : t(`understand.fault_do.${kind}`, values)}</td>
    </>
  );
}

function Good({ found, pack }: { found: Import; pack: Pack }) {
  const t = useT();
  const [isAll, setAll] = useState(false);
  const locale = useI18n((state) => state.locale);
  const title = titlesOf(pack, locale);
  if (found.preview.length === 0) return null;
  const shown = isAll ? found.preview : found.preview.slice(0, FIRST);
  return (
    <section>
      <h3 className={styles.heading}>{t("understand.csv_preview")}</h3>
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr><th scope="col" className={page.number}>{t("understand.csv_line")}</th><th scope="col">{t("understand.line")}</th><th scope="col">{t("understand.intent")}</th></tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.line}>
                <td className={page.number}>{row.line}</td>
                <td>{row.text}</td>
                <td>
                  <Tag tone="main" title={row.intent}>{title(row.intent)}</Tag>
                  {row.overrides && <div className={page.faint}>{t("understand.overrides", { intent: title(row.overrides) })}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More total={found.preview.length} shown={shown.length} onMore={() => setAll(true)} />
      {isAll && <More total={found.valid} shown={found.preview.length} />}
    </section>
  );
}
