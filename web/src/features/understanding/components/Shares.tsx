/** Shares as bars with their numbers beside them. */
import { Fragment } from "react";
import { percent } from "@/features/understanding/model";
import styles from "@/features/understanding/components/page.module.css";
import own from "@/features/understanding/components/audit.module.css";

interface Props {
  title: string;
  hint?: string;
  shares: { name: string; lines: number; share: number }[];
}

export function Shares({ title, hint, shares }: Props) {
  if (shares.length === 0) return null;
  return (
    <section className={styles.card} aria-label={title}>
      <h3>{title}</h3>
      {hint && <p className={styles.note} style={{ margin: 0 }}>{hint}</p>}
      <dl className={own.bars}>
        {shares.map(({ name, lines, share }) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd><div className={own.track} aria-hidden><div className={own.fill} style={{ width: `${share * 100}%` }} /></div></dd>
            <dd>{percent(share)} · {lines}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
