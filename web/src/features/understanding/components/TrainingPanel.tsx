/** Training a version: the button, how far it is, and why it failed. */
import { ExperimentOutlined, StopOutlined } from "@ant-design/icons";
import { Alert, App, Button, Popconfirm, Progress } from "antd";
import { useEffect, useRef } from "react";
import type { Job, Pack } from "@/api/understanding";
import { useCancelTraining, useRefresh, useTrain, useTrainings } from "@/features/understanding/api";
import { Loaded } from "@/shared/ui/Loaded";
import { isUnderWay } from "@/features/understanding/model";
import { announce } from "@/shared/announce";
import { useNow } from "@/shared/hooks/time";
import { type Key, useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/understanding/components/page.module.css";

const SAID: Partial<Record<Job["status"], Key>> = { done: "understand.trained", cancelled: "understand.train_cancelled" };

export function TrainingPanel({ pack }: { pack: Pack }) {
  const trainings = useTrainings(pack.name);
  useSayEnd(trainings.data?.[0]);
  return <Loaded query={trainings} rows={1}>{(jobs) => <Panel pack={pack} latest={jobs[0]} />}</Loaded>;
}

/** Once a training that was watched ends: say so, and show the new version. */
function useSayEnd(latest: Job | undefined): void {
  const t = useT();
  const { message } = App.useApp();
  const refresh = useRefresh();
  const watched = useRef<number | null>(null);
  useEffect(() => {
    if (!latest) return;
    if (isUnderWay(latest)) watched.current = latest.id;
    else if (watched.current === latest.id) {
      watched.current = null;
      void refresh();
      const said = t(SAID[latest.status] ?? "understand.train_failed");
      announce(said);
      if (latest.status === "done") void message.success(said);
    }
  }, [latest, message, refresh, t]);
}

function Panel({ pack, latest }: { pack: Pack; latest: Job | undefined }) {
  const t = useT();
  const train = useTrain();
  const busy = latest !== undefined && isUnderWay(latest);
  return (
    <section className={styles.card} aria-label={t("understand.train")}>
      <div className={styles.trainBar}>
        <div className={styles.grow}>
          <h3>{t("understand.train")}</h3>
          <div className={styles.sub}>{t("understand.train_hint", { own: pack.own_examples, pack: pack.pack_examples })}</div>
        </div>
        <Button type="primary" icon={<ExperimentOutlined />} disabled={busy} loading={train.isPending} onClick={() => train.mutate(pack.name)}>
          {t("understand.train_start")}
        </Button>
      </div>
      {busy && <Running job={latest} />}
      {latest?.status === "failed" && <Failed job={latest} />}
      {latest?.status === "cancelled" && <Alert style={{ marginTop: 12 }} type="info" showIcon title={t("understand.train_cancelled")} description={t("understand.train_cancelled_hint")} />}
    </section>
  );
}

function Running({ job }: { job: Job }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const now = useNow();
  const step = job.status === "waiting" ? t("understand.step.waiting") : maybe(`understand.step.${job.step}`, job.step);
  const done = Math.round(job.progress * 100);
  return (
    <div style={{ marginTop: 12 }}>
      <div className={styles.sub}>
        <span>{step}</span>
        <span className={styles.push} />
        {job.started_at && <span>{t("understand.since", { time: format.span(now - Date.parse(job.started_at)) })}</span>}
      </div>
      <Progress percent={done} status="active" aria-label={t("understand.train_progress")} />
      <div className={styles.sub}>
        <span className={styles.faint}>{t("understand.train_leave")}</span>
        <span className={styles.push} />
        <Cancel job={job} />
      </div>
    </div>
  );
}

function Cancel({ job }: { job: Job }) {
  const t = useT();
  const cancel = useCancelTraining();
  return (
    <Popconfirm title={t("understand.train_cancel_ask")} description={t("understand.train_cancel_hint")} okText={t("understand.train_cancel")} cancelText={t("understand.train_keep")} okButtonProps={{ danger: true }} onConfirm={() => cancel.mutate(job.id)}>
      <Button size="small" icon={<StopOutlined />} loading={cancel.isPending}>{t("understand.train_cancel")}</Button>
    </Popconfirm>
  );
}

function Failed({ job }: { job: Job }) {
  const t = useT();
  const maybe = useMaybeT();
  const code = job.error?.code ?? "unknown";
  const cause = maybe(`problem.code.${code}`, t("problem.server"));
  return <Alert style={{ marginTop: 12 }} type="error" showIcon title={t("understand.train_failed")} description={`${cause} ${t("understand.train_failed_do")}`} />;
}
