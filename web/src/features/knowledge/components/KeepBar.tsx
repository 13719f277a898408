/** Keeping chosen pages: for whom, under which category; shown while something is chosen. */
import { AutoComplete, Button, Segmented } from "antd";
import { useState } from "react";
import type { Audience, KeptPages, Site } from "@/api/knowledge";
import { useArchive, useFacets } from "@/features/knowledge/api";
import { AUDIENCES } from "@/features/knowledge/model";
import { useKeepPages } from "@/features/knowledge/sites";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import styles from "@/features/knowledge/components/sites.module.css";

interface Props {
  site: Site;
  chosen: number[];
  isFirst: boolean;
  onKept: () => void;
}

export function KeepBar({ site, chosen, isFirst, onKept }: Props) {
  const t = useT();
  const keep = useKeepPages();
  const takeBack = useArchive();
  const undo = useUndo();
  const facets = useFacets().data;
  const [audience, setAudience] = useState<Audience>("internal");
  const [category, setCategory] = useState("");
  if (chosen.length === 0) return null;
  const done = ({ articles, archived }: KeptPages) => {
    onKept();
    const fresh = articles.flatMap(({ change, article_id: id }) => (change === "new" && id !== null ? [id] : []));
    undo(t(archived > 0 ? "knowledge.kept_and_archived" : "knowledge.kept_pages", { n: articles.length, archived }), () => takeBack.mutate({ ids: fresh, archived: true }));
  };
  return (
    <section className={styles.keep} aria-label={t("knowledge.keep_pages")}>
      <strong>{t("knowledge.chosen", { n: chosen.length })}</strong>
      {isFirst && <Segmented aria-label={t("knowledge.audience")} value={audience} options={AUDIENCES.map((value) => ({ value, label: t(`knowledge.audience.${value}`) }))} onChange={setAudience} />}
      {isFirst && <AutoComplete className={styles.category ?? ""} maxLength={60} value={category} aria-label={t("knowledge.category")} placeholder={t("knowledge.category")} options={(facets?.categories ?? []).map(({ name }) => ({ value: name }))} onChange={setCategory} />}
      <Button type="primary" loading={keep.isPending} onClick={() => keep.mutate({ site: site.id, pages: chosen, audience, category }, { onSuccess: done })}>{t("knowledge.keep_pages")}</Button>
    </section>
  );
}
