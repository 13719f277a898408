/** What an inbox's other side does not take now: messages, pushes to devices, owners of sessions; since when, and why. */
import { WarningOutlined } from "@ant-design/icons";
import type { FailingCall } from "@/api/channel_operations";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/shared/ui/failing.module.css";

export function FailingCalls({ calls }: { calls: FailingCall[] }) {
  const t = useT();
  const maybe = useMaybeT();
  const { dateTime } = useFormat();
  if (calls.length === 0) return null;
  return (
    <ul className={styles.list}>
      {calls.map(({ kind, failures, since, last_at: last, error_code: code, error_detail: detail }) => (
        <li key={kind}>
          <WarningOutlined />
          <span>
            <b>{t(`failing.${kind}`, { n: failures })}</b> {maybe(`failed.${code}`, code)}
            <small>{t("failing.times", { since: dateTime(since), last: dateTime(last) })}</small>
            {detail && <code>{detail}</code>}
          </span>
        </li>
      ))}
    </ul>
  );
}
