/** What customers asked and no article answers: write the answer, or take the question off the list. */
import { CheckOutlined, CommentOutlined, EditOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { Gap } from "@/api/knowledge";
import { useCloseGap, useGaps } from "@/features/knowledge/api";
import { GoButton } from "@/features/knowledge/components/Parts";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import { placeOfNew } from "@/features/knowledge/filters";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useSession } from "@/shared/session";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/knowledge/components/page.module.css";

export function GapsSection({ onAsk }: { onAsk: (question: string) => void }) {
  const t = useT();
  const gaps = useGaps();
  return (
    <Loaded query={gaps} rows={4}>
      {(rows) => (
        <section className={styles.sheet} aria-label={t("knowledge.gaps")}>
          {rows.length === 0 && <EmptyState icon={<CheckOutlined />} title={t("knowledge.no_gaps")} hint={t("knowledge.no_gaps_hint")} />}
          {rows.map((row) => <GapRow key={row.id} row={row} onAsk={onAsk} />)}
        </section>
      )}
    </Loaded>
  );
}

function GapRow({ row, onAsk }: { row: Gap; onAsk: (question: string) => void }) {
  const t = useT();
  const format = useFormat();
  const { account } = useSession();
  const close = useCloseGap();
  const undo = useUndo();
  const takeOff = () =>
    close.mutate({ id: row.id, closed: true }, { onSuccess: () => undo(t("knowledge.gap_closed"), () => close.mutate({ id: row.id, closed: false })) });
  return (
    <div className={styles.item} data-gap={row.id}>
      <div className={styles.grow}>
        <div className={styles.line}>{row.question}</div>
        <div className={styles.sub}>
          <Tag tone={row.times > 1 ? "warn" : ""}>{t("knowledge.asked_times", { n: row.times })}</Tag>
          <span>{t("knowledge.asked_last", { time: format.dateTime(row.last_at) })}</span>
        </div>
      </div>
      <div className={styles.tools}>
        <Tooltip title={t("knowledge.ask")}><Button type="text" icon={<CommentOutlined />} aria-label={`${t("knowledge.ask")}: ${row.question}`} onClick={() => onAsk(row.question)} /></Tooltip>
        <Tooltip title={t("knowledge.gap_close")}><Button type="text" icon={<CheckOutlined />} loading={close.isPending} aria-label={`${t("knowledge.gap_close")}: ${row.question}`} onClick={takeOff} /></Tooltip>
        <GoButton icon={<EditOutlined />} to={placeOfNew(account.id, row.question, row.id)}>{t("knowledge.write_answer")}</GoButton>
      </div>
    </div>
  );
}
