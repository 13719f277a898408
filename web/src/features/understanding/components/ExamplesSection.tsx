/** The account's own lines: find, add, remove with the way back, take in files. */
import { PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useEffect, useState } from "react";
import type { Pack } from "@/api/understanding";
import { useExamples } from "@/features/understanding/api";
import { AddLine } from "@/features/understanding/components/AddLine";
import { Batches } from "@/features/understanding/components/Batches";
import { ExampleRow } from "@/features/understanding/components/ExampleRow";
import { ImportDialog } from "@/features/understanding/components/ImportDialog";
import { IntentSelect } from "@/features/understanding/components/IntentSelect";
import { useAddress } from "@/features/understanding/filters";
import { useDebounced } from "@/shared/hooks/time";
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
        <Search />
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

function Search() {
  const t = useT();
  const [address, change] = useAddress();
  const asked = address("q") ?? "";
  const [q, setQ] = useState(asked);
  const settled = useDebounced(q, 250);
  useEffect(() => {
    if (settled !== asked) change({ q: settled });
    // Only what was typed changes the address; a link to another search mounts the page anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return <Input.Search allowClear className={styles.field} maxLength={100} value={q} aria-label={t("understand.search_lines")} placeholder={t("understand.search_lines")} onChange={(event) => setQ(event.target.value)} />;
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
