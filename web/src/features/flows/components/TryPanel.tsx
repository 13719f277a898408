/** A talk with the bot as it would answer: the draft and what is typed, real understanding, no deed is ever sent. */
import { ReloadOutlined, SendOutlined } from "@ant-design/icons";
import { Button, Input, Select, Tooltip } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { TrialCall, TrialTurn } from "@/api/flows";
import { useContactChoice, useTrial } from "@/features/flows/api";
import { useDebounced } from "@/shared/hooks/time";
import { useProblemText } from "@/shared/hooks/problems";
import { useMaybeT, useT } from "@/shared/i18n";
import { isComposing } from "@/shared/ime";
import { Trace } from "@/shared/ui/Trace";
import { EmptyState } from "@/shared/ui/States";
import { BotGlyph } from "@/shared/ui/Marks";
import styles from "@/features/flows/components/try.module.css";

type Said = { from: "customer"; text: string } | { from: "bot"; turn: TrialTurn };

export function TryPanel({ pack, files }: { pack: string; files: Record<string, string | null> }) {
  const t = useT();
  const trial = useTrial(pack);
  const [said, setSaid] = useState<Said[]>([]);
  const [text, setText] = useState("");
  const [contact, setContact] = useState<number | null>(null);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [said, trial.isPending]);
  const latest = said.findLast((each) => each.from === "bot");
  const send = (words: string, chosen: string | null = null) => {
    if (words.trim() === "" || trial.isPending) return;
    setText("");
    setSaid((before) => [...before, { from: "customer", text: words }]);
    const state = latest?.from === "bot" ? latest.turn.state : {};
    trial.mutate({ text: words, chosen, contact_id: contact, state, files }, { onSuccess: (turn) => setSaid((before) => [...before, { from: "bot", turn }]) });
  };
  const again = () => {
    trial.reset();
    setSaid([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    send(text);
  };
  return (
    <div className={styles.panel}>
      <div className={styles.bar}>
        <Who value={contact} onChange={(id) => { setContact(id); again(); }} />
        <Tooltip title={t("flows.try_again")}><Button size="small" icon={<ReloadOutlined />} aria-label={t("flows.try_again")} disabled={said.length === 0} onClick={again} /></Tooltip>
      </div>
      <div className={styles.log} role="log" aria-label={t("flows.view_try")} aria-busy={trial.isPending}>
        {said.length === 0 && <EmptyState title={t("flows.try_empty")} hint={t("flows.try_empty_hint")} />}
        {said.map((each, index) =>
          each.from === "customer" ? <p key={index} className={styles.customer}>{each.text}</p> : <Turn key={index} turn={each.turn} isLast={each === latest} onChoose={send} />,
        )}
        {trial.isPending && <p className={styles.wait} role="status">{t("flows.try_waiting")}</p>}
        {trial.isError && <Problem error={trial.error} />}
        <div ref={end} />
      </div>
      <div className={styles.write}>
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={2000} value={text} aria-label={t("flows.try_message")} placeholder={t("flows.try_message")} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
        <Button type="primary" icon={<SendOutlined />} aria-label={t("flows.try_send")} disabled={text.trim() === "" || trial.isPending} onClick={() => send(text)} />
      </div>
    </div>
  );
}

function Problem({ error }: { error: unknown }) {
  const { cause, remedy } = useProblemText()(error);
  return <p className={styles.problem} role="alert">{cause} {remedy}</p>;
}

function Turn({ turn, isLast, onChoose }: { turn: TrialTurn; isLast: boolean; onChoose: (text: string, value: string) => void }) {
  const t = useT();
  const maybe = useMaybeT();
  return (
    <div className={styles.turn}>
      {turn.calls.map((call, index) => <Call key={index} call={call} />)}
      {turn.replies.map((reply, index) => (
        <div key={index} className={styles.bot}>
          <i><BotGlyph /></i>
          <div>
            <p className={styles.reply}>{reply.text}</p>
            {reply.options.length > 0 && (
              <div className={styles.options}>
                {reply.options.map(({ title, value }) => <button key={value} type="button" className={styles.option} disabled={!isLast} onClick={() => onChoose(title, value)}>{title}</button>)}
              </div>
            )}
          </div>
        </div>
      ))}
      {turn.replies.length === 0 && <p className={styles.wait}>{t("flows.try_silent")}</p>}
      {turn.hand_over && <p className={styles.person}>{t("flows.try_hand_over", { reason: maybe(`handoff.reason.${turn.hand_over.reason}`, turn.hand_over.reason), team: turn.hand_over.team })}</p>}
      <details className={styles.why}>
        <summary>{t("trace.why")} <span className={styles.faint}>{t("flows.took", { n: turn.took_ms })}</span></summary>
        <Trace understanding={turn.understanding} steps={turn.trace} />
      </details>
    </div>
  );
}

function Call({ call }: { call: TrialCall }) {
  const t = useT();
  const maybe = useMaybeT();
  const name = maybe(`flows.call.${call.name}`, call.name);
  const given = Object.values(call.arguments).filter(Boolean).join("、");
  const outcome = maybe(`flows.outcome.${call.outcome}`, call.outcome);
  return (
    <p className={styles.call} data-kind={call.kind} data-pretended={call.is_pretended}>
      {call.is_pretended ? <b>{t("flows.would_do")}</b> : null} {name}{given ? ` · ${given}` : ""}{call.is_pretended ? "" : ` → ${outcome}`}
    </p>
  );
}

/** A visitor, or somebody whom the account knows: then with that customer's own rights. */
function Who({ value, onChange }: { value: number | null; onChange: (contact: number | null) => void }) {
  const t = useT();
  const [words, setWords] = useState("");
  const contacts = useContactChoice(useDebounced(words, 250));
  const options = [
    { value: 0, label: t("flows.as_visitor") },
    ...(contacts.data ?? []).map(({ id, name, identifier, phone_number }) => ({ value: id, label: [name || `#${id}`, identifier ?? phone_number].filter(Boolean).join(" · ") })),
  ];
  return (
    <label className={styles.who}>
      <span className={styles.faint}>{t("flows.try_as")}</span>
      <Select size="small" showSearch={{ filterOption: false, onSearch: setWords }} value={value ?? 0} options={options} loading={contacts.isFetching} popupMatchSelectWidth={false} onChange={(id: number) => onChange(id === 0 ? null : id)} aria-label={t("flows.try_as")} />
    </label>
  );
}
