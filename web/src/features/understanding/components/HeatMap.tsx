/** The intents that are mixed up most: each row's lines by what they are read as. The cell says its number too. */
import type { Report } from "@/api/understanding";
import { heatOf, percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";
import own from "@/features/understanding/components/report.module.css";

export function HeatMap({ report, title }: { report: Report; title: (intent: string) => string }) {
  const t = useT();
  const rows = heatOf(report);
  if (rows.length === 0) return null;
  return (
    <section className={styles.sheet} aria-label={t("understand.heat")}>
      <h3>{t("understand.heat")}</h3>
      <p className={styles.note} style={{ marginBottom: 8 }}>{t("understand.heat_hint")}</p>
      <div className={styles.scroll}>
        <table className={own.heat}>
          <thead>
            <tr>
              <th scope="col" className={own.corner}>{t("understand.heat_corner")}</th>
              {rows.map(({ intent }) => <th key={intent} scope="col"><span title={intent}>{title(intent)}</span></th>)}
              <th scope="col"><span>{t("understand.others")}</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.intent}>
                <th scope="row"><span title={row.intent}>{title(row.intent)}</span></th>
                {row.cells.map((cell) => (
                  <Cell key={cell.readAs} share={cell.share} isOwn={cell.readAs === row.intent} label={[t("understand.heat_cell", { intent: title(row.intent), as: title(cell.readAs), n: cell.lines, share: percent(cell.share) }), ...cell.samples].join("\n")} />
                ))}
                <td className={own.cell} data-level="rest" title={t("understand.others")}>{row.others < 0.0005 ? "·" : percent(row.others, row.others >= 0.0995 ? 0 : 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ share, isOwn, label }: { share: number; isOwn: boolean; label: string }) {
  const strength = isOwn ? 0 : Math.min(1, share / 0.2);
  const level = share < 0.0005 ? "none" : isOwn ? "own" : "wrong";
  return (
    <td className={own.cell} data-level={level} style={{ ["--strength" as string]: `${Math.round(10 + strength * 40)}%` }} title={label}>
      {level === "none" ? "·" : percent(share, share >= 0.0995 ? 0 : 1)}
    </td>
  );
}
