/** Above the composer: how long and how often the channel still takes an answer, why not, and templates instead. */
import { Button, Input, Modal, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountPath, http } from "@/api/http";
import type { ConversationView, MessageTemplate } from "@/api/views";
import { useDesk } from "@/features/conversations/actions";
import { filledIn, type Standing } from "@/features/conversations/reply_window";
import { sendMessage } from "@/features/conversations/sending";
import { useProblemText, useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { formatSpan } from "@/shared/i18n/format";
import { listOf } from "@/shared/reference";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/composer.module.css";

export function ReplyWindow({ view, standing }: { view: ConversationView; standing: Standing }) {
  const t = useT();
  const [isPicking, setPicking] = useState(false);
  if (!standing.isShown) return null;
  const said = standing.isOpen
    ? [standing.left !== null && t("window.closes_in", { span: formatSpan(standing.left, t) }), standing.remaining !== null && t("window.remaining", { n: standing.remaining })]
    : [t(`window.${standing.why || "window_over"}`), t(standing.hasTemplates ? "window.use_template" : "window.wait")];
  return (
    <div className={styles.window} data-open={standing.isOpen} role={standing.isOpen ? "status" : "alert"}>
      <span>{said.filter(Boolean).join(" ")}</span>
      {!standing.isOpen && standing.hasTemplates && <Button size="small" onClick={() => setPicking(true)}>{t("window.pick")}</Button>}
      {isPicking && <TemplatePicker view={view} onClose={() => setPicking(false)} />}
    </div>
  );
}

function TemplatePicker({ view, onClose }: { view: ConversationView; onClose: () => void }) {
  const t = useT();
  const desk = useDesk();
  const say = useSayProblem();
  const problem = useProblemText();
  const { user } = useSession();
  const [chosen, setChosen] = useState<MessageTemplate | null>(null);
  const [values, setValues] = useState<string[]>([]);
  const query = useQuery({
    queryKey: ["templates", desk.account, view.inbox_id],
    queryFn: async ({ signal }) => listOf(await http.get<{ payload: MessageTemplate[] }>(accountPath(desk.account, `inboxes/${view.inbox_id}/templates`), undefined, signal)),
  });
  const templates = query.data ?? [];
  const choose = (key: string) => {
    const found = templates.find((each) => `${each.name} ${each.language}` === key) ?? null;
    setChosen(found);
    setValues(Array.from({ length: found?.parameters ?? 0 }, () => ""));
  };
  const isComplete = chosen !== null && values.every((value) => value.trim() !== "");
  const send = () => {
    if (!chosen || !isComplete) return;
    const { name, language } = chosen;
    const template = { name, language, parameters: values.map((value) => value.trim()) };
    sendMessage(desk, view.id, user.name, { content: filledIn(chosen, values), isPrivate: false, attachments: [], template }).catch(say);
    onClose();
  };
  return (
    <Modal open title={t("window.pick")} onCancel={onClose} onOk={send} okText={t("composer.send")} cancelText={t("action.cancel")} okButtonProps={{ disabled: !isComplete }}>
      {query.error ? <p role="alert">{problem(query.error).cause}</p> : null}
      <Select
        style={{ width: "100%" }}
        loading={query.isPending}
        placeholder={t("window.template")}
        aria-label={t("window.template")}
        onChange={choose}
        options={templates.map(({ name, language }) => ({ value: `${name} ${language}`, label: `${name} (${language})` }))}
      />
      {values.map((value, n) => (
        <Input
          key={n}
          value={value}
          maxLength={1024}
          style={{ marginTop: 8 }}
          placeholder={`{{${n + 1}}}`}
          aria-label={t("window.place", { n: n + 1 })}
          onChange={(event) => setValues(values.map((known, at) => (at === n ? event.target.value : known)))}
        />
      ))}
      {chosen && <p className={styles.preview}>{filledIn(chosen, values)}</p>}
    </Modal>
  );
}
