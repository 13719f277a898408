/** Whose turn it is, in one line above the composer, with the one act that changes it. */
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import type { ConversationView } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { useNow } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useShortcut } from "@/shared/keyboard";
import { useSession } from "@/shared/session";
import { BotGlyph } from "@/shared/ui/Marks";
import styles from "@/features/conversations/components/thread.module.css";

export function OwnershipBanner({ view }: { view: ConversationView }) {
  const t = useT();
  const now = useNow();
  const format = useFormat();
  const { user } = useSession();
  const actions = useConversationActions();
  const [isGiving, setGiving] = useState(false);
  const isMine = view.owner === "human" && view.assignee?.id === user.id;
  const isOffered = view.handoff !== null && view.handoff.read_at === null; // the packet above has the button, too
  const canTake = view.status !== "resolved" && !isMine;
  useShortcut("take_over", () => void actions.takeOver(view), canTake);

  const take = (
    <Button type={view.owner === "human" || isOffered ? "default" : "primary"} size="small" onClick={() => void actions.takeOver(view)} data-action="take-over">
      {t("action.take_over")}
    </Button>
  );
  const give = (
    <Button size="small" onClick={() => setGiving(true)} data-action="give-back">
      {t("action.give_back")}
    </Button>
  );
  const giving = <GiveBack view={view} isOpen={isGiving} onClose={() => setGiving(false)} />;
  if (view.status === "resolved") {
    return <Banner tone="quiet" text={view.csat ? t("banner.resolved_rated", { n: view.csat.rating }) : t("banner.resolved")} />;
  }
  if (view.status === "snoozed" && view.snoozed_until) {
    return <Banner tone="quiet" text={t("banner.snoozed", { time: format.dateTime(view.snoozed_until) })}>{take}</Banner>;
  }
  if (view.owner === "bot") {
    return <Banner tone="bot" text={t("banner.bot")} isBot>{take}</Banner>;
  }
  if (view.owner === "queued") {
    const waited = view.queued_at ? format.span(now - Date.parse(view.queued_at)) : "";
    return (
      <Banner tone="waiting" text={waited ? t("banner.queued_for", { time: waited }) : t("banner.queued")}>
        {give}
        {take}
        {giving}
      </Banner>
    );
  }
  if (isMine) {
    return (
      <Banner tone="mine" text={t("banner.mine")}>
        {give}
        {giving}
      </Banner>
    );
  }
  return (
    <Banner tone="quiet" text={t("banner.other", { name: view.assignee?.name ?? t("conflict.somebody") })}>
      {take}
    </Banner>
  );
}

function Banner({ tone, text, isBot = false, children }: { tone: string; text: string; isBot?: boolean; children?: React.ReactNode }) {
  return (
    <div className={styles.banner} data-tone={tone} role="status">
      {isBot && <i className={styles.bannerBot}><BotGlyph /></i>}
      <span className={styles.bannerText}>{text}</span>
      {children}
    </div>
  );
}

function GiveBack({ view, isOpen, onClose }: { view: ConversationView; isOpen: boolean; onClose: () => void }) {
  const t = useT();
  const [note, setNote] = useState("");
  const { giveBack } = useConversationActions();
  const confirm = () => {
    onClose();
    void giveBack(view, note.trim());
    setNote("");
  };
  return (
    <Modal open={isOpen} onCancel={onClose} onOk={confirm} title={t("give_back.title")} okText={t("action.give_back")} cancelText={t("action.cancel")}>
      <p>{t("give_back.hint")}</p>
      <Input.TextArea
        autoFocus
        autoSize={{ minRows: 3, maxRows: 8 }}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        placeholder={t("give_back.placeholder")}
        aria-label={t("give_back.placeholder")}
      />
    </Modal>
  );
}
