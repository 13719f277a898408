/** What was understood of one message, and why. */
import { Fragment } from "react";
import type { Mood } from "@/api/views";
import type { FoundEntity, Understood } from "@/api/understanding";
import { Tag, type Tone } from "@/shared/ui/Loaded";
import { nearestOf, partsOf, percent, titleIn, wordsOfMood } from "@/features/understanding/model";
import { useI18n, useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { MoodMark } from "@/shared/ui/Marks";
import styles from "@/features/understanding/components/page.module.css";
import own from "@/features/understanding/components/try.module.css";

const BAND: Record<Understood["band"], Tone> = { answer: "good", clarify: "warn", handover: "bad" };
const BEST = 3;

export function TryAnswer({ found, text }: { found: Understood; text: string }) {
  const t = useT();
  return (
    <section className={styles.card} aria-label={t("understand.understood")}>
      <Message text={text} entities={found.entities} />
      <div className={own.columns}>
        <Best found={found} />
        <Facts found={found} />
      </div>
      <Evidence found={found} />
      <div className={`${styles.faint} ${own.foot}`} data-model={found.model.number ?? "pack"}>
        {found.model.number === null ? t("understand.pack_own") : t("understand.version", { n: found.model.number })} · <code>{found.model.version}</code> · {t("understand.took_ms", { n: found.took_ms.toFixed(1) })}
      </div>
    </section>
  );
}

/** The message with its values marked; a value that was taken back is struck through. */
function Message({ text, entities }: { text: string; entities: FoundEntity[] }) {
  const maybe = useMaybeT();
  return (
    <p className={own.message}>
      {partsOf(text, entities).map((part, index) =>
        part.entity ? (
          <mark key={index} className={own.mark} data-withdrawn={part.entity.withdrawn}>
            {part.text}
            <small>{maybe(`understand.entity.${part.entity.kind}`, part.entity.kind)}</small>
          </mark>
        ) : (
          <Fragment key={index}>{part.text}</Fragment>
        ),
      )}
    </p>
  );
}

function Best({ found }: { found: Understood }) {
  const t = useT();
  const locale = useI18n((state) => state.locale);
  return (
    <div>
      <h3 className={own.heading}>{t("understand.best")} <Tag tone={BAND[found.band]}>{t(`understand.band.${found.band}`)}</Tag></h3>
      {found.intents.length === 0 && <p className={styles.faint}>{t("understand.no_intent")}</p>}
      <ol className={own.best}>
        {found.intents.slice(0, BEST).map(({ name, title, confidence }, index) => (
          <li key={name} data-first={index === 0} data-intent={name}>
            <span title={name}>{title ? titleIn(title, locale) : name}</span>
            <b>{percent(confidence)}</b>
            <div className={own.track} aria-hidden><div className={own.fill} style={{ width: `${confidence * 100}%` }} /></div>
          </li>
        ))}
      </ol>
      <p className={styles.faint}>{t(`understand.band.${found.band}_hint`)}</p>
    </div>
  );
}

function Facts({ found }: { found: Understood }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const { sentiment, emotion, urgency } = found.mood;
  const mood = { sentiment, emotion, urgency } as Mood;
  const words = wordsOfMood(found.mood.evidence);
  const reasons = found.mood.escalate.map((reason) => maybe(`understand.escalate.${reason}`, reason));
  return (
    <dl className={own.facts}>
      <dt>{t("understand.language")}</dt>
      <dd>{maybe(`trace.value.${found.language}`, found.language)}</dd>
      <dt>{t("understand.act_name")}</dt>
      <dd>{maybe(`understand.act.${found.act}`, found.act)} {found.is_correction && <Tag tone="main">{t("understand.correction")}</Tag>}</dd>
      <dt>{t("understand.mood")}</dt>
      <dd className={own.mood}>
        <MoodMark mood={mood} always />
        <span>{maybe(`trace.value.${found.mood.sentiment}`, found.mood.sentiment)}</span>
        <span>{t("understand.urgency", { level: maybe(`trace.value.${found.mood.urgency}`, found.mood.urgency) })}</span>
      </dd>
      {words.length > 0 && <><dt>{t("understand.mood_because")}</dt><dd>{format.list(words.map((word) => `「${word}」`))}</dd></>}
      {reasons.length > 0 && <><dt>{t("understand.needs_person")}</dt><dd><Tag tone="bad">{format.list(reasons)}</Tag></dd></>}
      {found.entities.map((entity) => (
        <Fragment key={`${entity.kind} ${entity.start}`}>
          <dt>{maybe(`understand.entity.${entity.kind}`, entity.kind)}</dt>
          <dd data-withdrawn={entity.withdrawn} className={own.value}>{entity.value} {entity.withdrawn && <Tag>{t("understand.withdrawn")}</Tag>} {entity.spoken && <Tag>{t("understand.spoken")}</Tag>}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Evidence({ found }: { found: Understood }) {
  const t = useT();
  const { source, detail } = found.evidence;
  return (
    <div className={own.evidence}>
      <h3 className={own.heading}>{t("understand.why")} <span className={styles.faint}>{t(`understand.because.${source}` as "understand.because.model")}</span></h3>
      {source === "model" && detail.length > 0 && (
        <ul className={own.nearest}>
          {detail.map(nearestOf).map(({ text, similarity }) => <li key={text}>「{text}」{similarity !== null && <span className={styles.faint}> {t("understand.alike", { share: percent(similarity, 0) })}</span>}</li>)}
        </ul>
      )}
    </div>
  );
}
