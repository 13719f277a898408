/** What every chart has: its one idea in words, a drawing with axes and units, and the table one click away. */
import { useId, type ReactNode } from "react";
import { HEIGHT, WIDTH, type Scale } from "@/features/understanding/charts";
import { percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";
import own from "@/features/understanding/components/report.module.css";

interface Props {
  title: string;
  idea: string;
  scale: Scale;
  xName: string;
  yName: string;
  table: { head: string[]; rows: (string | number)[][] };
  children: ReactNode;
}

export function ChartFrame({ title, idea, scale, xName, yName, table, children }: Props) {
  const t = useT();
  const id = useId();
  return (
    <figure className={`${styles.card} ${own.figure}`}>
      <figcaption id={id}>
        <h3>{title}</h3>
        <p className={styles.note} style={{ marginBottom: 4 }}>{idea}</p>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id} className={own.chart}>
        <Axes scale={scale} xName={xName} yName={yName} />
        {children}
      </svg>
      <details className={own.details}>
        <summary>{t("understand.as_table")}</summary>
        <div className={styles.scroll}><Table title={title} {...table} /></div>
      </details>
    </figure>
  );
}

function Axes({ scale, xName, yName }: { scale: Scale; xName: string; yName: string }) {
  const [left, right] = [scale.x(scale.xTicks[0] ?? 0), scale.x(1)];
  const [bottom, top] = [scale.y(scale.yTicks[0] ?? 0), scale.y(1)];
  return (
    <g aria-hidden>
      {scale.yTicks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={scale.y(tick)} y2={scale.y(tick)} className={own.rule} />
          <text x={left - 6} y={scale.y(tick) + 4} textAnchor="end" className={own.tick}>{percent(tick, 0)}</text>
        </g>
      ))}
      {scale.xTicks.map((tick) => <text key={tick} x={scale.x(tick)} y={bottom + 16} textAnchor="middle" className={own.tick}>{percent(tick, 0)}</text>)}
      <text x={right} y={bottom + 33} textAnchor="end" className={own.axis}>{xName}</text>
      <text x={left + 6} y={top + 12} className={own.axis}>{yName}</text>
    </g>
  );
}

function Table({ title, head, rows }: { title: string; head: string[]; rows: (string | number)[][] }) {
  return (
    <table className={styles.table} aria-label={title}>
      <thead><tr>{head.map((name) => <th key={name} scope="col" className={styles.number}>{name}</th>)}</tr></thead>
      <tbody>
        {rows.map((row) => <tr key={String(row[0])}>{row.map((cell, index) => <td key={index} className={styles.number}>{cell}</td>)}</tr>)}
      </tbody>
    </table>
  );
}
