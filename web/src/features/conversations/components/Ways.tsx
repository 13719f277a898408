/** The inboxes by which a customer can be reached, as a choice; those that take nothing now say why. */
import { Button } from "antd";
import type { Way } from "@/api/views";
import { keyOf } from "@/features/conversations/beginning";
import { useMaybeT, useT } from "@/shared/i18n";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/conversations/components/begin.module.css";

interface Props {
  ways: Way[];
  chosen: Way | null;
  onChoose: (way: Way) => void;
  onShow: (conversation: number) => void;
}

export function Ways({ ways, chosen, onChoose, onShow }: Props) {
  const t = useT();
  const maybe = useMaybeT();
  if (ways.length === 0) return <EmptyState title={t("begin.no_way")} hint={t("begin.no_way_hint")} />;
  return (
    <fieldset className={styles.ways}>
      <legend>{t("begin.by")}</legend>
      {ways.map((way) => (
        <div key={keyOf(way)} className={styles.way} data-closed={way.state === "closed"}>
          <label>
            <input type="radio" name="way" checked={chosen !== null && keyOf(chosen) === keyOf(way)} disabled={way.state === "closed"} onChange={() => onChoose(way)} />
            <span>
              <b>{way.inbox_name}</b>
              <small>{[maybe(`channel.${way.channel}`, way.channel), way.is_shown && way.source_id].filter(Boolean).join(" · ")}</small>
              {way.state === "closed" && <small className={styles.why}>{t(`begin.why.${way.why || "paused"}`)}</small>}
              {way.state === "template" && <small className={styles.why}>{t("window.use_template")}</small>}
            </span>
          </label>
          {way.conversation !== null && <Button size="small" onClick={() => onShow(way.conversation ?? 0)}>{t("begin.go_there", { id: way.conversation })}</Button>}
        </div>
      ))}
    </fieldset>
  );
}
