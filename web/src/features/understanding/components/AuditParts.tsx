/** A kind of finding with its first rows, and the lines of one finding with the way to each. */
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { Pack, PlacedLine } from "@/api/understanding";
import { More } from "@/features/understanding/components/Part";
import { Tag, type Tone } from "@/shared/ui/Loaded";
import { placeOfLine, placeOfOverride } from "@/features/understanding/filters";
import { titlesOf } from "@/features/understanding/model";
import { useI18n, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import styles from "@/features/understanding/components/page.module.css";
import own from "@/features/understanding/components/audit.module.css";

const FIRST = 5;

interface FindingProps<T> {
  id: "conflicts" | "mislabels" | "near_across" | "near_within";
  total: number;
  items: T[];
  tone: Tone;
  children: (item: T) => ReactNode;
}

export function Finding<T>({ id, total, items, tone, children }: FindingProps<T>) {
  const t = useT();
  const [isAll, setAll] = useState(false);
  if (total === 0) return null;
  const shown = isAll ? items : items.slice(0, FIRST);
  return (
    <section className={styles.sheet} aria-label={t(`understand.audit.${id}`)} data-finding={id}>
      <h3>{t(`understand.audit.${id}`)} <Tag tone={tone}>{total}</Tag></h3>
      <p className={styles.note} style={{ marginBottom: 4 }}>{t(`understand.audit.${id}_hint`)}</p>
      {shown.map(children)}
      <More total={items.length} shown={shown.length} onMore={() => setAll(true)} />
      {isAll && <More total={total} shown={items.length} />}
    </section>
  );
}

interface RowProps {
  pack: Pack;
  lines: PlacedLine[];
  /** The intent that a model would give the line. */
  better?: string;
  children?: ReactNode;
}

export function Row({ pack, lines, better, children }: RowProps) {
  return (
    <div className={`${styles.item} ${own.finding}`}>
      {lines.map((line, index) => <PlacedRow key={`${index} ${line.text}`} pack={pack} line={line} better={better ?? lines.find(({ intent }) => intent !== line.intent)?.intent} />)}
      {children && <div className={styles.sub}>{children}</div>}
    </div>
  );
}

/** An own line is opened in the list; a line of the pack can only be outvoted by an own one. */
function PlacedRow({ pack, line, better }: { pack: Pack; line: PlacedLine; better: string | undefined }) {
  const t = useT();
  const { account } = useSession();
  const locale = useI18n((state) => state.locale);
  return (
    <div className={own.placed}>
      <div className={styles.grow}>
        <div className={styles.line}>{line.text}</div>
        <div className={styles.sub}>
          <Tag tone="main" title={line.intent}>{titlesOf(pack, locale)(line.intent)}</Tag>
          <span>{t(line.is_own ? "understand.own" : "understand.from_pack")}</span>
        </div>
      </div>
      {line.is_own && <Link to={placeOfLine(account.id, pack.name, line.text)}>{t("understand.go_to_line")}</Link>}
      {!line.is_own && better && <Link to={placeOfOverride(account.id, pack.name, line.text, better)}>{t("understand.override")}</Link>}
    </div>
  );
}
