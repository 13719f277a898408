/** The parts of a hand-over: values with where they came from, what was asked and answered, the course of the mood. */
import { Tooltip } from "antd";
import { insertIntoComposer } from "@/features/conversations/composing";
import { moodLine, type Packet } from "@/features/conversations/packet";
import { useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/conversations/components/handoff.module.css";

export function Slots({ slots }: { slots: Packet["slots"] }) {
  const t = useT();
  const maybe = useMaybeT();
  if (slots.length === 0) return null;
  return (
    <dl className={styles.slots} aria-label={t("handoff.slots")}>
      {slots.map((slot, index) => (
        <div key={index} data-withdrawn={slot.isWithdrawn}>
          <dt>{maybe(`slot.${slot.name}`, slot.name)}</dt>
          <dd>{slot.isWithdrawn ? <del>{slot.value}</del> : slot.value}</dd>
          <span className={styles.source}>{slot.isWithdrawn ? t("handoff.withdrawn") : maybe(`handoff.provenance.${slot.provenance}`, "")}</span>
        </div>
      ))}
    </dl>
  );
}

export function Snapshot({ parts }: { parts: Packet["business"] }) {
  const maybe = useMaybeT();
  if (parts.length === 0) return null;
  return (
    <div className={styles.snapshot}>
      {parts.map((part, index) => (
        <dl key={index} className={styles.slots}>
          {part.title && <div><dt>{maybe(`handoff.business.${part.title}`, part.title)}</dt></div>}
          {part.facts.map(([name, value]) => <div key={name}><dt>{maybe(`slot.${name}`, name)}</dt><dd>{value}</dd></div>)}
        </dl>
      ))}
    </div>
  );
}

const WIDTH = 180;
const HEIGHT = 30;

/** Low is bad; each turn is a point whose word is one hover or focus away. The line says it in words too. */
export function MoodCourse({ mood }: { mood: Packet["mood"] }) {
  const t = useT();
  const maybe = useMaybeT();
  const last = mood.at(-1);
  if (mood.length < 2 || !last) return null;
  const points = moodLine(mood).map(({ x, y }) => ({ x: 6 + x * (WIDTH - 12), y: 6 + y * (HEIGHT - 12) }));
  const words = mood.map(({ emotion }) => maybe(`trace.value.${emotion}`, emotion));
  return (
    <div className={styles.mood}>
      <span className={styles.faint}>{t("handoff.mood")}</span>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={words.join(" → ")}>
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} className={styles.line} />
        {points.map(({ x, y }, index) => (
          <Tooltip key={index} title={words[index]}>
            <circle cx={x} cy={y} r={4} className={styles.dot} data-sentiment={mood[index]?.sentiment} />
          </Tooltip>
        ))}
      </svg>
      <span>{t("handoff.mood_now", { mood: maybe(`trace.value.${last.emotion}`, last.emotion) })}</span>
    </div>
  );
}

export function Exchanges({ exchanges }: { exchanges: Packet["exchanges"] }) {
  const t = useT();
  if (exchanges.length === 0) return null;
  return (
    <details className={styles.exchanges}>
      <summary>{t("handoff.asked", { n: exchanges.length })}</summary>
      <ol>
        {exchanges.map((each) => (
          <li key={each.turn}>
            <p>{each.said}</p>
            {each.replied && <p className={styles.replied}>{each.replied}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}

export function SuggestedReplies({ conversation, replies }: { conversation: number; replies: string[] }) {
  const t = useT();
  if (replies.length === 0) return null;
  return (
    <div className={styles.suggestions} role="group" aria-label={t("handoff.replies")}>
      {replies.map((text) => (
        <button key={text} type="button" className={styles.suggestion} title={t("handoff.insert")} onClick={() => insertIntoComposer(conversation, text)}>{text}</button>
      ))}
    </div>
  );
}
