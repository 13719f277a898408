/** Why the bot said something: what it understood, what it did, step by step, and with which models. */
import type { Json, Locale } from "@/api/views";
import { useI18n, useMaybeT, useT } from "@/shared/i18n";
import { evidenceOf, foundIn, guessesOf, linesOf, listOf, type Fields, type Guess, type Line } from "@/shared/trace";
import styles from "@/shared/ui/trace.module.css";

export function Trace({ understanding, steps }: { understanding: Fields; steps: readonly Json[] }) {
  const t = useT();
  const lines = linesOf(steps);
  const say = useWords(understanding);
  const version = understanding["model_version"];
  return (
    <div className={styles.trace}>
      <section aria-label={t("trace.understood")}>
        <h3>{t("trace.understood")}</h3>
        <Understood understanding={understanding} />
      </section>
      {lines.length > 0 && (
        <section aria-label={t("trace.steps")}>
          <h3>{t("trace.steps")}</h3>
          <ol className={styles.steps}>{lines.map((line, index) => <Step key={index} line={line} say={say} />)}</ol>
        </section>
      )}
      {typeof version === "string" && version !== "" && <p className={styles.models}>{t("trace.field.model_version")} <code>{version}</code></p>}
    </div>
  );
}

function Understood({ understanding }: { understanding: Fields }) {
  const t = useT();
  const maybe = useMaybeT();
  const guesses = guessesOf(understanding);
  const entities = listOf(understanding["entities"]);
  const evidence = evidenceOf(understanding);
  const of = (name: string) => (typeof understanding[name] === "string" ? (understanding[name] as string) : "");
  const facts = ["language", "band", "emotion", "sentiment", "urgency"].filter((name) => of(name) !== "");
  return (
    <>
      {typeof understanding["text"] === "string" && <blockquote className={styles.said}>{understanding["text"]}</blockquote>}
      {guesses.length > 0 && <ul className={styles.guesses} aria-label={t("trace.field.intents")}>{guesses.slice(0, 3).map((guess, index) => <Meant key={guess.name} guess={guess} isFirst={index === 0} />)}</ul>}
      {entities.length > 0 && (
        <dl className={styles.entities}>
          {entities.map(({ kind, value, withdrawn }, index) => (
            <div key={index} data-withdrawn={withdrawn === true}>
              <dt>{maybe(`slot.${String(kind)}`, String(kind))}</dt>
              <dd>{String(value)}{withdrawn === true && <span className={styles.faint}> {t("trace.field.withdrawn")}</span>}</dd>
            </div>
          ))}
        </dl>
      )}
      <dl className={styles.facts}>
        {facts.map((name) => (
          <div key={name}>
            <dt>{maybe(`trace.field.${name}`, name)}</dt>
            <dd>{maybe(`trace.value.${of(name)}`, of(name))}</dd>
          </div>
        ))}
      </dl>
      {evidence.length > 0 && (
        <details className={styles.more}>
          <summary>{t("trace.field.evidence")}</summary>
          <ul>{evidence.slice(0, 5).map((each, index) => <li key={index}>{each}</li>)}</ul>
        </details>
      )}
    </>
  );
}

const TITLES: Record<Locale, string> = { "zh-HK": "zh-HK", "zh-CN": "zh-Hans", en: "en" };

function Meant({ guess, isFirst }: { guess: Guess; isFirst: boolean }) {
  const locale = useI18n((state) => state.locale);
  const titled = guess.title?.[TITLES[locale]];
  const share = guess.confidence === null ? null : Math.round(guess.confidence * 100);
  return (
    <li data-first={isFirst}>
      <span className={styles.meant}>{typeof titled === "string" ? titled : guess.name}</span>
      {share !== null && (
        <>
          <span className={styles.meter} aria-hidden="true"><i style={{ inlineSize: `${share}%` }} /></span>
          <span className={styles.share}>{share}%</span>
        </>
      )}
    </li>
  );
}

/** The engine's names in a line as people know them: what was meant, kinds of values, calls. */
function useWords(understanding: Fields): (text: string) => string {
  const maybe = useMaybeT();
  const locale = useI18n((state) => state.locale);
  const titles = new Map(guessesOf(understanding).map(({ name, title }) => [name, title?.[TITLES[locale]]]));
  return (text) =>
    text.replace(/[a-z][a-z0-9]*(?:_[a-z0-9]+)*/g, (name) => {
      const title = titles.get(name);
      if (typeof title === "string") return title;
      return maybe(`slot.${name}`, maybe(`flows.call.${name}`, maybe(`handoff.reason.${name}`, name)));
    });
}

function Step({ line, say }: { line: Line; say: (text: string) => string }) {
  const t = useT();
  const maybe = useMaybeT();
  const what = maybe(`trace.step.${line.what.replace(/\W+/g, "_")}`, line.what);
  const found = foundIn(line.outcome);
  const outcome = found !== null ? t("trace.found", { n: found }) : line.outcome === "" ? "" : outcomeText(line, maybe);
  const about = line.what === "hand over" ? "" : line.what === "say" ? line.about : say(line.about); // the team stands in the header
  return (
    <li data-step={line.what}>
      <b>{what}</b>
      {line.way.length > 0 ? (
        <div className={styles.way}>
          <span className={styles.faint}>{say(line.about)}</span>
          {line.way.map((step, index) => <code key={index}>{step}</code>)}
        </div>
      ) : (
        <span className={styles.detail} data-code={line.what === "say"}>{[outcome, about].filter(Boolean).join(line.what === "command" ? "：" : " · ")}</span>
      )}
    </li>
  );
}

function outcomeText(line: Line, maybe: ReturnType<typeof useMaybeT>): string {
  if (line.what === "command") return maybe(`trace.command.${line.outcome}`, line.outcome);
  if (line.what === "check") return maybe(`trace.check.${line.outcome}`, line.outcome);
  if (line.what === "hand over") return maybe(`handoff.reason.${line.outcome}`, line.outcome);
  const refused = /^(\w+) \((.+)\)$/.exec(line.outcome);
  if (!refused) return maybe(`flows.outcome.${line.outcome}`, line.outcome);
  const [, outcome = "", reason = ""] = refused;
  return `${maybe(`flows.outcome.${outcome}`, outcome)}（${maybe(`flows.refusal.${reason}`, reason)}）`;
}
