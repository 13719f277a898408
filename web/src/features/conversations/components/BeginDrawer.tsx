/** Writing first: to whom, by which inbox and address, with a subject or a template; what is half written is kept. */
import { PaperClipOutlined, SendOutlined } from "@ant-design/icons";
import { Button, Drawer, Input } from "antd";
import { useRef, useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { ProblemError } from "@/api/http";
import type { Way } from "@/api/views";
import { ContactPicker } from "@/features/conversations/components/ContactPicker";
import { TemplateFields, type Filled } from "@/features/conversations/components/TemplateFields";
import { UploadChips } from "@/features/conversations/components/UploadChips";
import { Ways } from "@/features/conversations/components/Ways";
import { keyOf, useBegin, useHalf, useWays, wayOf } from "@/features/conversations/beginning";
import { countSms } from "@/features/conversations/sms";
import { useUploads } from "@/features/conversations/uploading";
import { useRoom } from "@/shared/hooks/media";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { isComposing } from "@/shared/ime";
import { useInboxes } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/conversations/components/begin.module.css";

const LONGEST = 10_000;
const LONGEST_SUBJECT = 150;

export function BeginDrawer({ contact: given, onClose }: { contact: number | null; onClose: () => void }) {
  const t = useT();
  const room = useRoom();
  const [contact, setContact] = useState(given);
  const ways = useWays(contact);
  return (
    <Drawer open onClose={onClose} title={t("begin.title")} size={room === "one" ? "100%" : 520} destroyOnHidden>
      <div className={styles.form}>
        <ContactPicker given={given} onChoose={setContact} />
        {contact !== null && ways.isPending && <LoadingRows rows={2} />}
        {contact !== null && ways.isError && <ErrorState error={ways.error} onRetry={() => void ways.refetch()} />}
        {contact !== null && ways.data && <Letter key={contact} contact={contact} ways={ways.data} onClose={onClose} onRefused={() => void ways.refetch()} />}
      </div>
    </Drawer>
  );
}

interface LetterProps {
  contact: number;
  ways: Way[];
  onClose: () => void;
  onRefused: () => void;
}

function Letter({ contact, ways, onClose, onRefused }: LetterProps) {
  const t = useT();
  const { account } = useSession();
  const navigate = useNavigate();
  const inboxes = useInboxes().data;
  const [half, change, clear] = useHalf(contact);
  const [filled, setFilled] = useState<Filled | null>(null);
  const uploads = useUploads();
  const begin = useBegin();
  const way = wayOf(ways, half.way);
  const isTemplate = way?.state === "template";
  const content = isTemplate ? (filled?.content ?? "") : half.content.trim();
  const files = isTemplate ? [] : uploads.uploads.flatMap((item) => item.stored?.id ?? []);
  const isWritten = isTemplate ? filled !== null : (content !== "" || files.length > 0) && content.length <= LONGEST;
  const canSend = way !== null && isWritten && !uploads.isBusy && !begin.isPending;
  const show = (id: number) => {
    onClose();
    void navigate(`/a/${account.id}/conversations/${id}`);
  };
  const send = () => {
    if (!way || !canSend) return;
    const letter = { contact, way, subject: way.has_subject ? half.subject.trim() : "", content, attachments: files, template: isTemplate ? (filled?.template ?? null) : null };
    begin.mutate(letter, {
      onSuccess: (view) => {
        clear();
        show(view.id);
      },
      onError: onRefused,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    send();
  };
  const sms = way && inboxes?.find(({ id }) => id === way.inbox_id)?.counts_sms && content !== "" ? countSms(content) : null;
  return (
    <form onSubmit={(event) => { event.preventDefault(); send(); }} onKeyDown={onKeyDown} className={styles.form}>
      <Ways ways={ways} chosen={way} onChoose={(next) => { change({ way: keyOf(next) }); setFilled(null); }} onShow={show} />
      {way?.has_subject && (
        <label className={styles.line}>
          <span>{t("begin.subject")}</span>
          <Input value={half.subject} maxLength={LONGEST_SUBJECT} placeholder={t("begin.subject_hint")} onChange={(event) => change({ subject: event.target.value })} />
        </label>
      )}
      {way && isTemplate && <TemplateFields key={keyOf(way)} inbox={way.inbox_id} onChange={setFilled} />}
      {way && !isTemplate && (
        <>
          <Input.TextArea aria-label={t("begin.message")} placeholder={t("begin.message")} value={half.content} autoSize={{ minRows: 6, maxRows: 16 }} onChange={(event) => change({ content: event.target.value })} />
          <UploadChips uploads={uploads} />
        </>
      )}
      {begin.error && <Refused error={begin.error} onShow={show} />}
      {way && <Bar canAttach={!isTemplate} onFiles={uploads.add} isPending={begin.isPending} canSend={canSend} said={content.length > LONGEST ? t("composer.too_long", { n: content.length - LONGEST }) : sms ? t("composer.sms", { n: sms.segments, left: sms.left }) : half.content || half.subject ? t("begin.kept") : ""} />}
    </form>
  );
}

function Refused({ error, onShow }: { error: unknown; onShow: (id: number) => void }) {
  const t = useT();
  const { cause, remedy } = useProblemText()(error);
  const number = error instanceof ProblemError && error.code === "conversation_open" ? Number(error.body["conversation"]) : null;
  return (
    <div role="alert" className={styles.refused}>
      <span>{cause} {number ? "" : remedy}</span>
      {number ? <Button size="small" onClick={() => onShow(number)}>{t("begin.go_there", { id: number })}</Button> : null}
    </div>
  );
}

interface BarProps {
  canAttach: boolean;
  onFiles: (files: Iterable<File>) => void;
  isPending: boolean;
  canSend: boolean;
  said: string;
}

function Bar({ canAttach, onFiles, isPending, canSend, said }: BarProps) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.bar}>
      {canAttach && <Button type="text" icon={<PaperClipOutlined />} aria-label={t("composer.attach")} title={t("composer.attach")} onClick={() => picker.current?.click()} />}
      <input ref={picker} type="file" multiple hidden onChange={(event) => { onFiles(event.target.files ?? []); event.target.value = ""; }} />
      <span className={styles.said}>{said}</span>
      <Button type="primary" htmlType="submit" icon={<SendOutlined />} loading={isPending} disabled={!canSend}>{t("composer.send")}</Button>
    </div>
  );
}
