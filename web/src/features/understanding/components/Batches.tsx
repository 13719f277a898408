/** Files that were taken in: see their lines, or take a whole file back. */
import { UndoOutlined } from "@ant-design/icons";
import { App, Button, Popconfirm } from "antd";
import type { Batch, Pack } from "@/api/understanding";
import { useBatches, useRemoveBatch } from "@/features/understanding/api";
import { Loaded } from "@/shared/ui/Loaded";
import { useAddress } from "@/shared/hooks/address";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/understanding/components/page.module.css";

export function Batches({ pack }: { pack: Pack }) {
  const t = useT();
  const batches = useBatches(pack.name);
  return (
    <Loaded query={batches} rows={1}>
      {(found) => {
        const files = found.filter(({ source }) => source !== "console");
        if (files.length === 0) return null;
        return (
          <section className={styles.sheet} aria-label={t("understand.batches")}>
            <h3>{t("understand.batches")}</h3>
            {files.map((batch) => <BatchRow key={batch.batch} batch={batch} />)}
          </section>
        );
      }}
    </Loaded>
  );
}

function BatchRow({ batch }: { batch: Batch }) {
  const t = useT();
  const format = useFormat();
  const { message } = App.useApp();
  const [address, change] = useAddress();
  const remove = useRemoveBatch();
  const isShown = address("batch") === batch.batch;
  const takeBack = () =>
    remove.mutate(batch.batch, {
      onSuccess: ({ removed }) => {
        if (isShown) change({ batch: null });
        void message.success(t("understand.lines_removed", { n: removed }));
      },
    });
  return (
    <div className={styles.item} data-found={isShown}>
      <div className={styles.grow}>
        <div className={styles.line}>{batch.source}</div>
        <div className={styles.sub}>
          <span>{t("understand.n_lines", { n: batch.lines })}</span>
          <span>{batch.created_by?.name ?? t("understand.operator")}</span>
          <span>{format.dateTime(batch.created_at)}</span>
        </div>
      </div>
      <div className={styles.tools}>
        <Button size="small" aria-pressed={isShown} onClick={() => change({ batch: isShown ? null : batch.batch })}>{t(isShown ? "understand.show_every" : "understand.show_lines")}</Button>
        <Popconfirm title={t("understand.take_back_ask", { n: batch.lines })} okText={t("understand.take_back")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={takeBack}>
          <Button size="small" icon={<UndoOutlined />} loading={remove.isPending}>{t("understand.take_back")}</Button>
        </Popconfirm>
      </div>
    </div>
  );
}
