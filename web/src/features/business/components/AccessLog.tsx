/** Who looked at this customer's data, in words that the customer may hear. */
import { HistoryOutlined } from "@ant-design/icons";
import { Drawer } from "antd";
import { useAccessLog } from "@/features/business/api";
import { useI18n, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/business/components/business.module.css";

export function AccessLog({ conversation, onClose }: { conversation: number; onClose: () => void }) {
  const t = useT();
  const log = useAccessLog(conversation);
  const locale = useI18n((state) => state.locale);
  const { dateTime } = useFormat();
  const language = locale === "zh-CN" ? "zh-Hans" : locale;
  return (
    <Drawer open title={t("business.log.title")} onClose={onClose}>
      <p className={styles.profile}>{t("business.log.hint")}</p>
      {log.isPending && <LoadingRows rows={4} avatar={false} />}
      {log.isError && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {log.data?.payload.length === 0 && <EmptyState icon={<HistoryOutlined />} title={t("business.log.empty")} />}
      <ol className={styles.log}>
        {log.data?.payload.map((line) => (
          <li key={line.id}>
            <time dateTime={line.at}>{dateTime(line.at)}</time>
            <span>{line.told[language] ?? line.told["en"]}</span>
          </li>
        ))}
      </ol>
    </Drawer>
  );
}
