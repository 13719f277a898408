/** What the bot knew when it handed over, pinned until somebody has read it. */
import { Button } from "antd";
import type { ConversationView, Handoff, Json } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { insertIntoComposer } from "@/features/conversations/composing";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/conversations/components/thread.module.css";

interface Slot {
  name: string;
  value: string;
  provenance: string;
  withdrawn: boolean;
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function isSlot(value: Json): value is Json & Record<keyof Slot, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "name" in value && "value" in value;
}

export function HandoffCard({ view, handoff }: { view: ConversationView; handoff: Handoff }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const { readHandoff } = useConversationActions();
  const slots = list(handoff.packet["slots"]).filter(isSlot);
  const replies = list(handoff.packet["suggested_replies"]).filter((text): text is string => typeof text === "string");
  return (
    <section className={styles.handoff} aria-label={t("handoff.title")}>
      <div className={styles.handoffHead}>
        <strong>{t("handoff.title")}</strong>
        <span className={styles.reason}>{maybe(`handoff.reason.${handoff.reason}`, handoff.reason)}</span>
        <span className={styles.faint}>{format.clock(handoff.created_at)}</span>
        <Button size="small" onClick={() => void readHandoff(view)}>
          {t("handoff.read")}
        </Button>
      </div>
      {handoff.summary && <p className={styles.summary}>{handoff.summary}</p>}
      {slots.length > 0 && (
        <dl className={styles.slots}>
          {slots.map((slot, index) => (
            <div key={index} data-withdrawn={slot.withdrawn === true}>
              <dt>{maybe(`slot.${String(slot.name)}`, String(slot.name))}</dt>
              <dd>{String(slot.value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {replies.length > 0 && (
        <div className={styles.suggestions}>
          {replies.slice(0, 3).map((text) => (
            <button key={text} type="button" className={styles.suggestion} onClick={() => insertIntoComposer(view.id, text)}>
              {text}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
