/** Asking as a customer would: the answer, where it was taken from, and, when there is none, why. Nothing is stored. */
import { CheckCircleFilled, CloseOutlined, QuestionCircleFilled, SendOutlined, StopFilled } from "@ant-design/icons";
import { Button, Checkbox, Drawer, Input } from "antd";
import { useEffect, useState, type KeyboardEvent } from "react";
import { Link } from "react-router";
import type { Answer, Hit } from "@/api/knowledge";
import { useAsk } from "@/features/knowledge/api";
import { GoButton } from "@/features/knowledge/components/Parts";
import { Tag } from "@/shared/ui/Loaded";
import { placeOfArticle, placeOfNew } from "@/features/knowledge/filters";
import { useRoom } from "@/shared/hooks/media";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { isComposing } from "@/shared/ime";
import { isAtLeast, useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/ask.module.css";

interface Props {
  question: string;
  onClose: () => void;
}

/** Beside the page where there is room, over it where there is none. */
export function AskPanel(props: Props) {
  const t = useT();
  const room = useRoom();
  if (room !== "three") {
    return <Drawer open title={t("knowledge.ask")} size={room === "one" ? "100%" : 400} onClose={props.onClose}><Ask {...props} /></Drawer>;
  }
  return (
    <aside className={page.side} aria-label={t("knowledge.ask")}>
      <div className={page.sideHead}>
        <h2>{t("knowledge.ask")}</h2>
        <Button type="text" icon={<CloseOutlined />} aria-label={t("knowledge.ask_close")} onClick={props.onClose} />
      </div>
      <Ask {...props} />
    </aside>
  );
}

function Ask({ question }: Props) {
  const t = useT();
  const ask = useAsk();
  const [text, setText] = useState(question);
  const [isStaff, setStaff] = useState(false);
  const { mutate } = ask;
  const send = (words = text, asStaff = isStaff) => {
    if (words.trim() !== "") mutate({ question: words.trim(), as_staff: asStaff });
  };
  useEffect(() => {
    if (question === "") return;
    setText(question);
    mutate({ question, as_staff: false });
  }, [question, mutate]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    send();
  };
  return (
    <>
      <p className={page.note}>{t("knowledge.ask_hint")}</p>
      <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} value={text} aria-label={t("knowledge.question")} placeholder={t("knowledge.ask_example")} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
      <div className={page.actions}>
        <Checkbox checked={isStaff} onChange={(event) => { setStaff(event.target.checked); send(text, event.target.checked); }}>{t("knowledge.ask_internal")}</Checkbox>
        <span className={page.push} />
        <Button type="primary" icon={<SendOutlined />} disabled={text.trim() === ""} loading={ask.isPending} onClick={() => send()}>{t("knowledge.ask_send")}</Button>
      </div>
      <div aria-live="polite" aria-busy={ask.isPending} className={styles.found}>
        {ask.isPending && !ask.data && <LoadingRows rows={2} avatar={false} />}
        {ask.isError && <ErrorState error={ask.error} onRetry={() => send()} />}
        {ask.data && ask.variables && <Told answer={ask.data} question={ask.variables.question} />}
      </div>
    </>
  );
}

const ICONS = { answer: <CheckCircleFilled />, abstain: <QuestionCircleFilled />, refuse: <StopFilled /> };

function Told({ answer, question }: { answer: Answer; question: string }) {
  const t = useT();
  const { account } = useSession();
  const { behaviour, source } = answer;
  const mayWrite = isAtLeast(account.role, "supervisor");
  return (
    <>
      <section className={styles.told} data-behaviour={behaviour} aria-label={t("knowledge.answer")}>
        <div className={styles.verdict}>{ICONS[behaviour]} {t(`knowledge.behaviour.${behaviour}`)}{answer.confidence > 0 && <span className={styles.sure}>{t("knowledge.sure", { n: Math.round(100 * answer.confidence) })}</span>}</div>
        {behaviour === "answer" ? <p className={styles.words}>{answer.text}</p> : <p className={styles.why}>{t(`knowledge.reason.${answer.reason || "unsure"}`)}</p>}
        {source && (
          <div className={page.sub}>
            <span>{t("knowledge.source")}</span>
            <Link to={placeOfArticle(account.id, source.article_id)}>{source.title}{source.heading && ` › ${source.heading}`}</Link>
            {source.is_past && <Tag tone="warn">{t("knowledge.validity.expired")}</Tag>}
          </div>
        )}
        {behaviour === "abstain" && mayWrite && <GoButton size="small" to={placeOfNew(account.id, question)}>{t("knowledge.write_answer")}</GoButton>}
      </section>
      {answer.considered.length > 0 && <Considered hits={answer.considered} />}
    </>
  );
}

function Considered({ hits }: { hits: Hit[] }) {
  const t = useT();
  const { account } = useSession();
  const format = useFormat();
  const share = (score: number) => new Intl.NumberFormat(format.locale, { maximumFractionDigits: 2, minimumFractionDigits: 2 }).format(score);
  return (
    <section aria-label={t("knowledge.considered")}>
      <h3 className={styles.heading}>{t("knowledge.considered")}</h3>
      <ol className={styles.hits}>
        {hits.map((hit, place) => (
          <li key={place}>
            <div className={styles.hit}>{hit.text}</div>
            <div className={page.sub}>
              <Link to={placeOfArticle(account.id, hit.article_id)}>{hit.title}</Link>
              {hit.audience === "internal" && <Tag>{t("knowledge.audience.internal")}</Tag>}
              {hit.is_past && <Tag tone="warn">{t("knowledge.validity.expired")}</Tag>}
              <span title={t("knowledge.nearness_hint")}>{t("knowledge.nearness", { n: share(hit.score) })}</span>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
