/** Why the bot said this: the decision behind one of its messages, in the reader's own words. */
import { Drawer } from "antd";
import { useTrace } from "@/features/conversations/api";
import { useMaybeT, useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import { Trace } from "@/shared/ui/Trace";
import styles from "@/features/conversations/components/thread.module.css";

interface Props {
  id: number;
  message: number | null;
  onClose: () => void;
}

export function TraceDrawer({ id, message, onClose }: Props) {
  const t = useT();
  const maybe = useMaybeT();
  const trace = useTrace(id, message);
  return (
    <Drawer open={message !== null} onClose={onClose} title={t("trace.title")} size={440} destroyOnHidden>
      {trace.isPending && <LoadingRows rows={3} avatar={false} />}
      {trace.isError && <ErrorState error={trace.error} onRetry={() => void trace.refetch()} />}
      {trace.data && (
        <>
          <p className={styles.outcome}>{maybe(`trace.outcome.${trace.data.outcome}`, trace.data.outcome)}</p>
          <Trace understanding={trace.data.understanding} steps={trace.data.trace} />
        </>
      )}
    </Drawer>
  );
}
