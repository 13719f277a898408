/** One own line; removing it is done at once and can be taken back for eight seconds. */
import { DeleteOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { Example, Pack } from "@/api/understanding";
import { useAddExample, useRemoveExample } from "@/features/understanding/api";
import { Tag } from "@/shared/ui/Loaded";
import { titlesOf } from "@/features/understanding/model";
import { useUndo } from "@/shared/hooks/undo";
import { useI18n, useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/understanding/components/page.module.css";

export function ExampleRow({ row, pack }: { row: Example; pack: Pack }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const locale = useI18n((state) => state.locale);
  const remove = useRemoveExample();
  const add = useAddExample();
  const undo = useUndo();
  const takeOut = () =>
    remove.mutate(row.id, {
      onSuccess: () => undo(t("understand.line_removed"), () => add.mutate({ pack: row.pack, intent: row.intent, text: row.text })),
    });
  return (
    <div className={styles.item}>
      <div className={styles.grow}>
        <div className={styles.line}>{row.text}</div>
        <div className={styles.sub}>
          <Tag tone="main" title={row.intent}>{titlesOf(pack, locale)(row.intent)}</Tag>
          <span>{maybe(`understand.source.${row.source}`, row.source)}</span>
          <span>{row.created_by?.name ?? t("understand.operator")}</span>
          <span>{format.dateTime(row.created_at)}</span>
        </div>
      </div>
      <Button type="text" icon={<DeleteOutlined />} loading={remove.isPending} aria-label={t("settings.delete_one", { name: row.text })} onClick={takeOut} />
    </div>
  );
}
