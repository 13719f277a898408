/** The composer: reply or private note, Enter that respects input methods, canned responses, files, draft. */
import { PaperClipOutlined, SendOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from "react";
import type { ConversationView } from "@/api/views";
import { useDesk } from "@/features/conversations/actions";
import { CANNED, CannedMenu, useCannedMenu } from "@/features/conversations/components/CannedMenu";
import { ReplyWindow } from "@/features/conversations/components/ReplyWindow";
import { UploadChips } from "@/features/conversations/components/UploadChips";
import { useInsertion } from "@/features/conversations/composing";
import { useSaveDraft, useStoredDraft } from "@/features/conversations/drafting";
import { standingOf } from "@/features/conversations/reply_window";
import { sendMessage } from "@/features/conversations/sending";
import { countSms } from "@/features/conversations/sms";
import { useTypingSignal } from "@/features/conversations/typing_signal";
import { useUploads } from "@/features/conversations/uploading";
import { useSayProblem } from "@/shared/hooks/problems";
import { useNow } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { isComposing, meansSend } from "@/shared/ime";
import { IS_MAC, readable, useKeys, useShortcut } from "@/shared/keyboard";
import { useInboxes } from "@/shared/reference";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/composer.module.css";

const LONGEST = 10_000;

export function Composer({ view }: { view: ConversationView }) {
  const t = useT();
  const desk = useDesk();
  const inbox = useInboxes().data?.find(({ id }) => id === view.inbox_id);
  const say = useSayProblem();
  const { user } = useSession();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [isPrivate, setPrivate] = useState(false);
  const [isOver, setOver] = useState(false);
  const uploads = useUploads();
  const isRestored = useRestore(view.id, setText, setPrivate);
  useSaveDraft(view.id, text, isPrivate, isRestored);
  useTypingSignal(view.id, text, isPrivate);
  useInserted(view.id, setText, field);
  const canned = useCannedMenu(view, text, setText, field);
  const keys = useKeys((state) => state.bindings);
  useGrowing(field, text);

  const write = (note: boolean) => {
    setPrivate(note);
    field.current?.focus();
  };
  useShortcut("private_note", () => write(true));
  useShortcut("reply", () => write(false));
  useShortcut("attach", () => picker.current?.click());

  const ready = uploads.uploads.flatMap((item) => item.stored ?? []);
  const standing = standingOf(view.reply_window, useNow());
  const isClosed = !isPrivate && !standing.isOpen;
  const canSend = !isClosed && (text.trim() !== "" || ready.length > 0) && !uploads.isBusy && text.length <= LONGEST;
  const send = () => {
    if (!canSend) return;
    sendMessage(desk, view.id, user.name, { content: text.trim(), isPrivate, attachments: ready }).catch(say);
    setText("");
    uploads.clear();
    setPrivate(false);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { isComposing: composing, keyCode } = event.nativeEvent;
    if (isComposing({ isComposing: composing, keyCode })) return;
    if (canned.onKey(event)) return;
    const press = { key: event.key, shiftKey: event.shiftKey, altKey: event.altKey, keyCode, isComposing: composing };
    if (!meansSend(press)) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    uploads.add(event.dataTransfer.files);
  };
  const sms = inbox?.counts_sms && !isPrivate && text !== "" ? countSms(text.trim()) : null;
  const takesOver = !isPrivate && view.owner !== "human" && view.status !== "resolved" && text.trim() !== "";
  return (
    <div
      className={styles.composer}
      data-private={isPrivate}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className={styles.modes}>
        <div className={styles.tabs} role="tablist" aria-label={t("composer.mode")}>
          {[false, true].map((note) => (
            <Tooltip key={String(note)} title={readable(note ? keys.private_note : keys.reply, IS_MAC)}>
              <button type="button" role="tab" aria-selected={isPrivate === note} className={styles.mode} onClick={() => write(note)}>
                {t(note ? "composer.note" : "composer.reply")}
              </button>
            </Tooltip>
          ))}
        </div>
        <span className={styles.hint}>{takesOver ? t("composer.takes_over") : isPrivate ? t("composer.note_hint") : ""}</span>
      </div>
      {!isPrivate && <ReplyWindow view={view} standing={standing} />}
      <CannedMenu menu={canned} />
      <textarea
        ref={field}
        id="composer"
        className={styles.field}
        rows={2}
        value={text}
        placeholder={t(isPrivate ? "composer.note_placeholder" : isClosed ? "composer.closed" : "composer.placeholder")}
        disabled={isClosed}
        aria-label={t(isPrivate ? "composer.note" : "composer.reply")}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={canned.isOpen ? CANNED : undefined}
        aria-activedescendant={canned.isOpen && canned.matches.length > 0 ? `${CANNED}-${canned.active}` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          canned.setCursor(event.target.selectionStart);
        }}
        onKeyDown={onKeyDown}
        onSelect={canned.onCursor}
        onPaste={onPaste}
      />
      <UploadChips uploads={uploads} />
      <div className={styles.bar}>
        <Button type="text" icon={<PaperClipOutlined />} aria-label={t("composer.attach")} title={t("composer.attach")} disabled={isClosed} onClick={() => picker.current?.click()} />
        <Button type="text" title={t("composer.canned")} aria-label={t("composer.canned")} disabled={isClosed} onClick={canned.open}>/</Button>
        <input ref={picker} type="file" multiple hidden onChange={(event) => { uploads.add(event.target.files ?? []); event.target.value = ""; }} />
        <span className={styles.grow}>{text.length > LONGEST ? t("composer.too_long", { n: text.length - LONGEST }) : ""}</span>
        {sms && <span className={styles.count}>{t("composer.sms", { n: sms.segments, left: sms.left })}</span>}
        <span className={styles.enter}>{t("composer.enter")}</span>
        <Button type="primary" icon={<SendOutlined />} disabled={!canSend} onClick={send} data-action="send">
          {t(isPrivate ? "composer.save_note" : "composer.send")}
        </Button>
      </div>
      {isOver && <div className={styles.drop}>{t("composer.drop")}</div>}
    </div>
  );
}

/** Put the stored draft in once, unless somebody already types. */
function useRestore(id: number, setText: (edit: (known: string) => string) => void, setPrivate: (on: boolean) => void): boolean {
  const draft = useStoredDraft(id);
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (isDone || draft.isPending) return;
    if (draft.data?.content) {
      const { content, private: isNote } = draft.data;
      setText((known) => known || content);
      setPrivate(isNote);
    }
    setDone(true);
  }, [draft.isPending, draft.data, isDone, setText, setPrivate]);
  return isDone;
}

function useInserted(id: number, setText: (edit: (known: string) => string) => void, field: React.RefObject<HTMLTextAreaElement | null>): void {
  const wanted = useInsertion((state) => state.wanted);
  useEffect(() => {
    if (wanted?.conversation !== id) return;
    setText((known) => (known ? `${known}\n${wanted.text}` : wanted.text));
    useInsertion.setState({ wanted: null });
    field.current?.focus();
  }, [wanted, id, setText, field]);
}

function useGrowing(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
  }, [field, text]);
}
