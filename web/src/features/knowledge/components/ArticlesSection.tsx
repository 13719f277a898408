/** The account's articles: find, filter, write, take in files. */
import { PlusOutlined, ReadOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useState } from "react";
import { useArticles, useFacets } from "@/features/knowledge/api";
import { ArticleRow } from "@/features/knowledge/components/ArticleRow";
import { GoButton } from "@/features/knowledge/components/Parts";
import { ImportDialog } from "@/features/knowledge/components/ImportDialog";
import { filterOf, isFiltered, FILTERS, placeOfNew } from "@/features/knowledge/filters";
import { useAddress } from "@/shared/hooks/address";
import { AddressSearch } from "@/shared/ui/AddressSearch";
import { AUDIENCES, LOCALES, VALIDITIES } from "@/features/knowledge/model";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/knowledge/components/page.module.css";

export function ArticlesSection() {
  const t = useT();
  const { account } = useSession();
  const [isImporting, setImporting] = useState(false);
  const mayWrite = isAtLeast(account.role, "supervisor");
  return (
    <>
      <div className={styles.bar}>
        <AddressSearch label={t("knowledge.search")} className={styles.field} />
        <span className={styles.push} />
        {mayWrite && <Button icon={<UploadOutlined />} onClick={() => setImporting(true)}>{t("knowledge.import")}</Button>}
        {mayWrite && <GoButton type="primary" icon={<PlusOutlined />} to={placeOfNew(account.id)}>{t("knowledge.new")}</GoButton>}
      </div>
      <Filters />
      <Articles mayWrite={mayWrite} onImport={() => setImporting(true)} />
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

function Filters() {
  const t = useT();
  const [address, change] = useAddress();
  const facets = useFacets().data;
  const choice = (name: (typeof FILTERS)[number], label: string, options: { value: string; label: string }[]) => (
    <Select allowClear value={address(name)} aria-label={label} placeholder={label} options={options} popupMatchSelectWidth={false} style={{ minWidth: 116 }} onChange={(value?: string) => change({ [name]: value ?? null })} />
  );
  const counted = (list: { name: string; articles: number }[] = []) => list.map(({ name, articles }) => ({ value: name, label: `${name}（${articles}）` }));
  return (
    <div className={`${styles.bar} ${styles.filters}`} role="group" aria-label={t("knowledge.filters")}>
      {choice("audience", t("knowledge.audience"), AUDIENCES.map((value) => ({ value, label: t(`knowledge.audience.${value}`) })))}
      {choice("validity", t("knowledge.validity"), [...VALIDITIES.map((value) => ({ value, label: t(`knowledge.validity.${value}`) }))])}
      {choice("review_due", t("knowledge.review"), [{ value: "true", label: t("knowledge.review_due") }])}
      {choice("locale", t("knowledge.locale"), LOCALES.map((value) => ({ value, label: t(`knowledge.locale.${value}`) })))}
      {(facets?.categories.length ?? 0) > 0 && choice("category", t("knowledge.category"), counted(facets?.categories))}
      {(facets?.tags.length ?? 0) > 0 && choice("tag", t("knowledge.tags"), counted(facets?.tags))}
      {choice("status", t("knowledge.status"), [{ value: "archived", label: t("knowledge.status.archived") }])}
      {isFiltered(address) && <Button type="link" size="small" onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}>{t("queue.clear_filters")}</Button>}
    </div>
  );
}

function Articles({ mayWrite, onImport }: { mayWrite: boolean; onImport: () => void }) {
  const t = useT();
  const [address, change] = useAddress();
  const list = useArticles(filterOf(address));
  const rows = list.data?.pages.flatMap((page) => page.payload) ?? [];
  const isNarrowed = isFiltered(address);
  const clear = () => change(Object.fromEntries(FILTERS.map((name) => [name, null])));
  const isEmpty = list.isSuccess && rows.length === 0;
  return (
    <section className={styles.sheet} aria-label={t("knowledge.articles")} aria-busy={list.isFetching}>
      {list.isPending && <LoadingRows rows={5} avatar={false} />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {isEmpty && !isNarrowed && (
        <EmptyState icon={<ReadOutlined />} title={t("knowledge.empty")} hint={t("knowledge.empty_hint")} action={mayWrite && <Button type="primary" onClick={onImport}>{t("knowledge.import")}</Button>} />
      )}
      {isEmpty && isNarrowed && <EmptyState title={t("knowledge.none_match")} hint={t("knowledge.none_match_hint")} action={<Button onClick={clear}>{t("queue.clear_filters")}</Button>} />}
      {rows.map((row) => <ArticleRow key={row.id} row={row} />)}
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}
