/** What a platform sent, word for word, without secrets; for administrators, as long as it is kept. */
import { Drawer } from "antd";
import { useLoggedBody } from "@/features/deliveries/log_api";
import { useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

export function CallBody({ path, onClose }: { path: string | null; onClose: () => void }) {
  const t = useT();
  const body = useLoggedBody(path);
  return (
    <Drawer open={path !== null} onClose={onClose} title={t("log.body")} size="large">
      {body.isPending && <LoadingRows rows={2} avatar={false} />}
      {body.isError && <ErrorState error={body.error} onRetry={() => void body.refetch()} />}
      {body.data && (body.data.body ? <pre className={styles.body}>{body.data.body}</pre> : <p>{t("log.cleared")}</p>)}
    </Drawer>
  );
}
