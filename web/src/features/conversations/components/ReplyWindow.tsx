/** Above the composer: how long and how often the channel still takes an answer, why not, and templates instead. */
import { Button, Modal } from "antd";
import { useState } from "react";
import type { ConversationView } from "@/api/views";
import { useDesk } from "@/features/conversations/actions";
import { TemplateFields, type Filled } from "@/features/conversations/components/TemplateFields";
import type { Standing } from "@/features/conversations/reply_window";
import { sendMessage } from "@/features/conversations/sending";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { formatSpan } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/composer.module.css";

export function ReplyWindow({ view, standing }: { view: ConversationView; standing: Standing }) {
  const t = useT();
  const [isPicking, setPicking] = useState(false);
  if (!standing.isShown) return null;
  const said = standing.isOpen
    ? [standing.left !== null && t("window.closes_in", { span: formatSpan(standing.left, t, 72) }), standing.remaining !== null && t("window.remaining", { n: standing.remaining })]
    : [t(`window.${standing.why || "window_over"}`), t(standing.hasTemplates ? "window.use_template" : "window.wait")];
  return (
    <div className={styles.window} data-open={standing.isOpen} role={standing.isOpen ? "status" : "alert"}>
      <span className={styles.said}>{said.filter(Boolean).map((each) => <span key={String(each)}>{each}</span>)}</span>
      {!standing.isOpen && standing.hasTemplates && <Button size="small" onClick={() => setPicking(true)}>{t("window.pick")}</Button>}
      {isPicking && <TemplatePicker view={view} onClose={() => setPicking(false)} />}
    </div>
  );
}

function TemplatePicker({ view, onClose }: { view: ConversationView; onClose: () => void }) {
  const t = useT();
  const desk = useDesk();
  const say = useSayProblem();
  const { user } = useSession();
  const [filled, setFilled] = useState<Filled | null>(null);
  const send = () => {
    if (!filled) return;
    sendMessage(desk, view.id, user.name, { ...filled, isPrivate: false, attachments: [] }).catch(say);
    onClose();
  };
  return (
    <Modal open title={t("window.pick")} onCancel={onClose} onOk={send} okText={t("composer.send")} cancelText={t("action.cancel")} okButtonProps={{ disabled: !filled }}>
      <TemplateFields inbox={view.inbox_id} onChange={setFilled} />
    </Modal>
  );
}
