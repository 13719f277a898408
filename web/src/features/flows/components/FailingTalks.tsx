/** Sample conversations that go otherwise with the draft: each with what went wrong, and publishing all the same. */
import { Modal } from "antd";
import { useTalks } from "@/features/flows/api";
import { useT } from "@/shared/i18n";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/flows/components/page.module.css";

interface Props {
  pack: string;
  edition: number;
  isBusy: boolean;
  onPublish: () => void;
  onClose: () => void;
}

export function FailingTalks({ pack, edition, isBusy, onPublish, onClose }: Props) {
  const t = useT();
  const played = useTalks(pack, edition, true);
  const failures = played.data?.failures ?? [];
  const title = played.data ? t("flows.talks_failing", { n: failures.length, of: played.data.talks }) : t("flows.talks");
  return (
    <Modal open title={title} onCancel={onClose} onOk={onPublish} okText={t("flows.publish_despite")} cancelText={t("flows.talks_back")} okButtonProps={{ danger: true, loading: isBusy, disabled: !played.data }}>
      {played.isError && <ErrorState error={played.error} onRetry={() => void played.refetch()} />}
      {played.isPending && <LoadingRows rows={3} avatar={false} />}
      <ul className={styles.talks} data-testid="failing-talks">
        {failures.map((each) => (
          <li key={`${each.file}:${each.line}`}>
            <b>{each.name}</b> <code>{each.file}:{each.line}</code>
            <p>{each.problem}</p>
            {each.said && <p>{t("flows.talks_said", { text: each.said })}</p>}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
