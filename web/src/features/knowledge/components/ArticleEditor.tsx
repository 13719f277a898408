/** Writing an article: words with a preview beside them, and the facts that decide who is answered with it, and when. */
import { Alert, Button, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useBlocker, useNavigate } from "react-router";
import type { ArticleDetail, ArticleForm, ArticleLocale, Audience } from "@/api/knowledge";
import { useChangeArticle, useCloseGap, useCreateArticle } from "@/features/knowledge/api";
import { FactsFields } from "@/features/knowledge/components/FactsFields";
import { LivePreview } from "@/features/knowledge/components/LivePreview";
import { placeOfArticle } from "@/features/knowledge/filters";
import { useAddress } from "@/shared/hooks/address";
import { LONGEST_TITLE } from "@/features/knowledge/model";
import { useProblemText } from "@/shared/hooks/problems";
import { useUndo } from "@/shared/hooks/undo";
import { nearestLocale, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/article.module.css";

export interface Written {
  title: string;
  body: string;
  audience: Audience;
  locale: ArticleLocale;
  valid_from: Dayjs | null;
  valid_to: Dayjs | null;
  review_at: Dayjs | null;
  owner_id: number | null;
  category: string;
  tags: string[];
}

const date = (text: string | null | undefined): Dayjs | null => (text ? dayjs(text) : null);
const day = (value: Dayjs | null | undefined): string | null => value?.format("YYYY-MM-DD") ?? null;

function formOf({ valid_from, valid_to, review_at, owner_id, category, ...rest }: Written): Required<Omit<ArticleForm, "key">> {
  return { ...rest, category: category ?? "", owner_id: owner_id ?? null, valid_from: day(valid_from), valid_to: day(valid_to), review_at: day(review_at) };
}

function useStart(article: ArticleDetail | null): Written {
  const { account, user } = useSession();
  const [address] = useAddress();
  if (article) return { ...article, body: article.body.trim(), valid_from: date(article.valid_from), valid_to: date(article.valid_to), review_at: date(article.review_at) };
  const locale = nearestLocale(account.locale);
  return {
    title: address("title") ?? "", body: "", audience: "internal", locale: locale === "zh-CN" ? "zh-Hans" : (locale ?? "zh-HK"),
    valid_from: null, valid_to: null, review_at: null, owner_id: user.id, category: "", tags: [],
  };
}

/** Leaving with unsaved words asks first: by a link, by the browser's buttons, by closing the tab. */
function useKeeper(isDirty: React.RefObject<boolean>) {
  const t = useT();
  useBlocker(({ currentLocation, nextLocation }) => {
    const isElsewhere = currentLocation.pathname !== nextLocation.pathname || currentLocation.search !== nextLocation.search;
    return isDirty.current && isElsewhere && !window.confirm(t("knowledge.leave"));
  });
  useEffect(() => {
    const before = (event: BeforeUnloadEvent) => {
      if (isDirty.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", before);
    return () => window.removeEventListener("beforeunload", before);
  }, [isDirty]);
}

export function ArticleEditor({ article }: { article: ArticleDetail | null }) {
  const t = useT();
  const start = useStart(article);
  const [form] = Form.useForm<Written>();
  const [words, setWords] = useState({ title: start.title, body: start.body });
  const dirty = useRef(false);
  useKeeper(dirty);
  const { save, error, isSaving, leave } = useSave(article, start, dirty);
  const problem = useProblemText();
  const failed = error ? problem(error) : null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.key !== "s" && event.key !== "Enter")) return;
    event.preventDefault();
    form.submit();
  };
  return (
    <Form
      form={form}
      layout="vertical"
      className={styles.wide}
      initialValues={start}
      onFinish={save}
      onKeyDown={onKeyDown}
      onValuesChange={(_changed, { title, body }) => {
        dirty.current = true;
        setWords({ title: title ?? "", body: body ?? "" });
      }}
    >
      <h2 className={page.title}>{t(article ? "knowledge.edit_title" : "knowledge.new")}</h2>
      <Form.Item name="title" label={t("knowledge.title_label")} rules={[{ required: true, whitespace: true, message: t("form.required") }]} style={{ marginTop: 12 }}>
        <Input autoFocus={article === null} maxLength={LONGEST_TITLE} placeholder={t("knowledge.title_example")} />
      </Form.Item>
      <div className={styles.editor}>
        <Form.Item name="body" label={t("knowledge.body")} className={styles.body ?? ""} extra={t("knowledge.body_hint")} rules={[{ required: true, whitespace: true, message: t("form.required") }]}>
          <Input.TextArea autoSize={{ minRows: 12, maxRows: 24 }} maxLength={200_000} placeholder={t("knowledge.body_example")} />
        </Form.Item>
        <LivePreview title={words.title} body={words.body} />
      </div>
      <section className={page.card} aria-label={t("knowledge.facts")}><FactsFields /></section>
      {failed && <Alert type="error" showIcon title={failed.cause} description={failed.remedy} style={{ marginBottom: 16 }} />}
      <div className={page.actions}>
        <Button type="primary" htmlType="submit" loading={isSaving}>{t("action.save")}</Button>
        <Button onClick={leave}>{t("action.cancel")}</Button>
        <span className={page.faint}>{t("knowledge.save_hint")}</span>
      </div>
    </Form>
  );
}

function useSave(article: ArticleDetail | null, start: Written, dirty: React.RefObject<boolean>) {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const [address] = useAddress();
  const create = useCreateArticle();
  const change = useChangeArticle(true);
  const back = useChangeArticle();
  const closeGap = useCloseGap();
  const undo = useUndo();
  const gap = Number(address("gap")) || null;
  const save = (written: Written) => {
    const all = formOf(written);
    // Blank lines around the words are not shown here: they alone make no new version.
    const form = article && written.body.trim() === start.body ? { ...all, body: article.body } : all;
    const done = (saved: ArticleDetail) => {
      dirty.current = false;
      void navigate(placeOfArticle(account.id, saved.id), { replace: true });
      if (article) undo(t("knowledge.saved"), () => back.mutate({ id: article.id, ...formOf(start), body: article.body }));
      else if (gap !== null) closeGap.mutate({ id: gap, closed: true }, { onSuccess: () => undo(t("knowledge.saved_gap"), () => closeGap.mutate({ id: gap, closed: false })) });
    };
    if (article) change.mutate({ id: article.id, ...form }, { onSuccess: done });
    else create.mutate(form, { onSuccess: done });
  };
  const leave = () => void navigate(article ? placeOfArticle(account.id, article.id) : gap !== null ? `/a/${account.id}/knowledge/gaps` : `/a/${account.id}/knowledge/articles`);
  return { save, leave, error: create.error ?? change.error, isSaving: create.isPending || change.isPending };
}
