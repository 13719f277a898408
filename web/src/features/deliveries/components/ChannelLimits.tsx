/** What each channel takes: size, time, quota; and where its platform slows us down just now. */
import { InboxOutlined } from "@ant-design/icons";
import type { InboxLimits } from "@/api/channel_operations";
import { useLimits, useQuota } from "@/features/deliveries/log_api";
import { useMaybeT, useT } from "@/shared/i18n";
import { formatBytes, useFormat } from "@/shared/i18n/format";
import { useInboxHealth } from "@/shared/reference";
import { FailingCalls } from "@/shared/ui/FailingCalls";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/deliveries/components/deliveries.module.css";

export function ChannelLimits() {
  const t = useT();
  const limits = useLimits();
  if (limits.isPending) return <LoadingRows rows={3} avatar={false} />;
  if (limits.isError) return <ErrorState error={limits.error} onRetry={() => void limits.refetch()} />;
  if (limits.data.payload.length === 0) return <EmptyState icon={<InboxOutlined />} title={t("inbox.none")} hint={t("inbox.none_hint")} />;
  return (
    <div className={styles.cards}>
      {limits.data.payload.map((each) => <Card key={each.inbox_id} limits={each} />)}
    </div>
  );
}

function Card({ limits }: { limits: InboxLimits }) {
  const t = useT();
  const maybe = useMaybeT();
  const window = useWindow();
  const failing = useInboxHealth().data?.find((each) => each.inbox_id === limits.inbox_id)?.failing_calls ?? [];
  const quota = useQuota(limits.inbox_id, limits.reports_quota);
  const media = Object.entries(limits.media ?? {}).map(([type, bytes]) => {
    const [kind = "", format = ""] = type.split("/");
    return [maybe(`limits.kind.${kind || "any"}`, kind), format.toUpperCase(), formatBytes(bytes)].filter(Boolean).join(" ");
  });
  const facts: [string, string | string[] | null][] = [
    [t("limits.text"), limits.max_text === null ? null : t("limits.characters", { n: limits.max_text.toLocaleString() })],
    [t("limits.options"), limits.max_buttons === null ? null : limits.max_buttons === 0 ? t("limits.as_numbers") : String(limits.max_buttons)],
    [t("limits.files"), limits.media === null ? t("limits.any_file") : media.length > 0 ? media : t("limits.as_link")],
    [t("limits.window"), window(limits.reply_window_seconds)],
    [t("limits.person_window"), limits.person_window_seconds === null ? null : window(limits.person_window_seconds)],
    [t("limits.quota"), limits.quota === null ? null : t("limits.after_each", { n: limits.quota })],
    [t("limits.templates"), limits.has_templates ? t("limits.has_templates") : null],
    [t("limits.account_quota"), quota.data ? t("limits.used_of", { used: quota.data.used.toLocaleString(), limit: quota.data.limit?.toLocaleString() ?? "∞" }) : null],
    [t("limits.sent_in_a_day"), limits.sent_in_a_day.toLocaleString()],
    [t("ledger.pending"), limits.waiting.toLocaleString()],
  ];
  return (
    <section className={styles.card} aria-label={limits.name}>
      <h2>{limits.name} <small>{maybe(`channel.${limits.channel}`, limits.channel)}</small></h2>
      <dl>
        {facts.filter(([, value]) => value !== null).map(([name, value]) => (
          <div key={name}><dt>{name}</dt><dd>{Array.isArray(value) ? value.map((each) => <span key={each}>{each}</span>) : value}</dd></div>
        ))}
      </dl>
      {limits.paused_reason !== null && <p className={styles.warning} data-tone="bad">{t("limits.paused")} {limits.paused_reason}</p>}
      <FailingCalls calls={failing} />
      {limits.answers.filter(({ code }) => !failing.some((each) => each.error_code === code)).map((answer) => <Said key={answer.code} answer={answer} />)}
    </section>
  );
}

function Said({ answer }: { answer: InboxLimits["answers"][number] }) {
  const t = useT();
  const maybe = useMaybeT();
  const { dateTime } = useFormat();
  const until = answer.until === null ? "" : t("limits.until", { time: dateTime(answer.until) });
  return (
    <p className={styles.warning}>
      {t("limits.said", { reason: maybe(`failed.${answer.code}`, answer.code), n: answer.count })} {until}
      {answer.detail && <span className={styles.detail}>{answer.detail}</span>}
    </p>
  );
}

function useWindow() {
  const t = useT();
  return (seconds: number | null) => {
    if (seconds === null) return t("limits.no_window");
    return seconds % 86_400 === 0 && seconds > 86_400 ? t("limits.in_days", { n: seconds / 86_400 }) : t("limits.in_hours", { n: Math.round(seconds / 3600) });
  };
}
