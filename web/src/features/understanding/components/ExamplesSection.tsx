/** The account's own lines: find, add, remove with the way back, take in files. */
import { PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { Pack } from "@/api/understanding";
import { useExamples } from "@/features/understanding/api";
import { AddLine } from "@/features/understanding/components/AddLine";
import { Batches } from "@/features/understanding/components/Batches";
import { ExampleRow } from "@/features/understanding/components/ExampleRow";
import { ImportDialog } from "@/features/understanding/components/ImportDialog";
import { IntentSelect } from "@/features/understanding/components/IntentSelect";
import { useAddress } from "@/shared/hooks/address";
import { AddressSearch } from "@/shared/ui/AddressSearch";
import { useT } from "@/shared/i18n";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";

export function ExamplesSection({ pack }: { pack: Pack }) {
  const t = useT();
  const [address, change] = useAddress();
  const [isImporting, setImporting] = useState(false);
  const prefilled = address("add");
  const [isAdding, setAdding] = useState(prefilled !== null);
  const close = () => {
    setAdding(false);
    change({ add: null, to: null });
  };
  return (
    <>
      <div className={styles.bar}>
        <AddressSearch label={t("understand.search_lines")} className={styles.field} />
        <IntentSelect pack={pack} value={address("intent")} placeholder={t("understand.all_intents")} allowClear onChange={(intent) => change({ intent })} />
        <span className={styles.push} />
        <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t("understand.add_line")}</Button>
        <Button type="primary" icon={<UploadOutlined />} onClick={() => setImporting(true)}>{t("understand.import")}</Button>
      </div>
      <Lines pack={pack} onImport={() => setImporting(true)} />
      <Batches pack={pack} />
      {isAdding && <AddLine pack={pack} text={prefilled ?? ""} intent={address("to") ?? address("intent")} onClose={close} />}
      {isImporting && <ImportDialog pack={pack} onClose={() => setImporting(false)} />}
    </>
  );
}

function Lines({ pack, onImport }: { pack: Pack; onImport: () => void }) {
  const t = useT();
  const [address, change] = useAddress();
  const filter = { pack: pack.name, intent: address("intent"), batch: address("batch"), q: (address("q") ?? "").trim() };
  const list = useExamples(filter);
  const rows = list.data?.pages.flatMap((page) => page.payload) ?? [];
  const isFiltered = Boolean(filter.intent ?? filter.batch ?? filter.q);
  const clear = () => change({ intent: null, batch: null, q: null });
  return (
    <section className={styles.sheet} aria-label={t("understand.examples")} aria-busy={list.isFetching}>
      {list.isPending && <LoadingRows rows={4} avatar={false} />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && !isFiltered && (
        <EmptyState title={t("understand.no_lines")} hint={t("understand.no_lines_hint")} action={<Button type="primary" onClick={onImport}>{t("understand.import")}</Button>} />
      )}
      {list.isSuccess && rows.length === 0 && isFiltered && (
        <EmptyState title={t("understand.none_match")} hint={t("understand.none_match_hint")} action={<Button onClick={clear}>{t("queue.clear_filters")}</Button>} />
      )}
      {rows.map((row) => <ExampleRow key={row.id} row={row} pack={pack} />)}
      {list.hasNextPage && <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>}
    </section>
  );
}
