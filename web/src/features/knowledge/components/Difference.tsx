/** What a text lost and gained, line by line; long runs of equal lines are folded. */
import { Fragment, useMemo } from "react";
import { diffLines, type DiffLine } from "@/features/knowledge/model";
import { useT } from "@/shared/i18n";
import styles from "@/features/knowledge/components/article.module.css";

const AROUND = 3;
const SIGNS = { same: "", added: "+", removed: "−" } as const;

export function Difference({ before, after }: { before: string; after: string }) {
  const t = useT();
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  const isNear = (place: number) => lines.slice(Math.max(0, place - AROUND), place + AROUND + 1).some(({ kind }) => kind !== "same");
  const shown = lines.map((line, place) => ({ line, place, isShown: line.kind !== "same" || isNear(place) }));
  if (lines.every(({ kind }) => kind === "same")) return <div className={styles.diff}><div className={styles.skipped}>{t("knowledge.no_difference")}</div></div>;
  return (
    <div className={styles.diff} role="list" aria-label={t("knowledge.difference")}>
      {shown.map(({ line, place, isShown }) => {
        if (isShown) return <Line key={place} line={line} />;
        const isFirst = place === 0 || shown[place - 1]?.isShown;
        const after = shown.slice(place).findIndex((each) => each.isShown);
        return isFirst ? <div key={place} className={styles.skipped}>{t("knowledge.same_lines", { n: after < 0 ? shown.length - place : after })}</div> : null;
      })}
    </div>
  );
}

function Line({ line }: { line: DiffLine }) {
  const t = useT();
  const { kind, text, from, to } = line;
  const isPart = kind !== "same" && to > from && to - from < text.length;
  return (
    <div className={styles.diffLine} data-kind={kind} role="listitem" aria-label={kind === "same" ? undefined : `${t(`knowledge.diff.${kind}`)}: ${text}`}>
      <span className={styles.sign} aria-hidden>{SIGNS[kind]}</span>
      <span>{isPart ? <Fragment>{text.slice(0, from)}<mark>{text.slice(from, to)}</mark>{text.slice(to)}</Fragment> : text}</span>
    </div>
  );
}
