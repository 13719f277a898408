/** One version: its figures with their definitions, the gate's verdict in words, and what may be done with it. */
import { BarChartOutlined, CheckCircleOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Tooltip } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import type { Gate, Model } from "@/api/understanding";
import { usePromote, useRemoveModel, useRollback } from "@/features/understanding/api";
import { ForceDialog } from "@/features/understanding/components/ForceDialog";
import { Tag, type Tone } from "@/shared/ui/Loaded";
import { percent } from "@/features/understanding/model";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/features/understanding/components/page.module.css";

const STATUS: Record<Model["status"], Tone> = { active: "good", draft: "main", retired: "" };
const VERDICT: Record<Gate["verdict"], Tone> = { better: "good", same: "", first: "", worse: "bad" };

export function ModelCard({ model, action }: { model: Model; action: ReactNode }) {
  const t = useT();
  const format = useFormat();
  const { figures } = model;
  return (
    <section className={styles.card} data-model={model.number} data-status={model.status} aria-label={t("understand.version", { n: model.number })}>
      <div className={styles.cardHead}>
        <h3>{t("understand.version", { n: model.number })}</h3>
        <Tag tone={STATUS[model.status]}>{t(`understand.status.${model.status}`)}</Tag>
        {model.is_pack_changed && <Tag tone="warn" title={t("understand.pack_changed_hint")}>{t("understand.pack_changed")}</Tag>}
      </div>
      <div className={styles.sub}>
        <span>{format.dateTime(model.trained_at)}</span>
        <span>{model.created_by?.name ?? t("understand.operator")}</span>
        <span>{t("understand.lines_of", { n: figures.lines, own: figures.own_lines })}</span>
        <span>{t("understand.took", { n: Math.round(figures.seconds) })}</span>
      </div>
      <FigureList model={model} />
      <Verdict gate={model.gate} isActive={model.status === "active"} />
      <Actions model={model} action={action} />
    </section>
  );
}

function FigureList({ model: { figures } }: { model: Model }) {
  const t = useT();
  const [low, high] = figures.interval_95;
  return (
    <dl className={styles.figures}>
      <Figure name={t("understand.accuracy")} hint={t("understand.accuracy_hint", { n: figures.lines, folds: figures.folds })} value={percent(figures.accuracy)} note={`${percent(low)} – ${percent(high)}`} />
      <Figure name={t("understand.coverage")} hint={t("understand.coverage_hint")} value={percent(figures.coverage)} />
      <Figure name={t("understand.answered")} hint={t("understand.answered_hint")} value={percent(figures.accuracy_answered)} />
      <Figure name={t("understand.top3")} hint={t("understand.top3_hint")} value={percent(figures.top3)} />
      {figures.held_out_accuracy !== null && (
        <Figure name={t("understand.held_out")} hint={t("understand.held_out_hint", { n: figures.held_out_lines })} value={percent(figures.held_out_accuracy)} note={t("understand.n_lines", { n: figures.held_out_lines })} />
      )}
    </dl>
  );
}

function Figure({ name, hint, value, note }: { name: string; hint: string; value: string; note?: string }) {
  return (
    <div>
      <Tooltip title={hint}><dt tabIndex={0}>{name}</dt></Tooltip>
      <dd>{value}{note && <small>{note}</small>}</dd>
    </div>
  );
}

/** What was compared when the version was made, and what follows from it. */
function Verdict({ gate, isActive }: { gate: Gate; isActive: boolean }) {
  const t = useT();
  const against = gate.against.number === null ? t("understand.pack_own") : t("understand.version", { n: gate.against.number });
  const points = (share: number) => `${share > 0 ? "+" : share < 0 ? "−" : "±"}${Math.abs(share * 100).toFixed(1)}`;
  return (
    <div className={styles.verdict}>
      <div className={styles.sub}>
        <Tag tone={VERDICT[gate.verdict]}>{t(`understand.verdict.${gate.verdict}`)}</Tag>
        <span>{t("understand.against", { name: against })}</span>
        {!isActive && <span>{t(`understand.verdict.${gate.verdict}_do`, { margin: percent(gate.margin, 0) })}</span>}
      </div>
      <ul className={styles.measures}>
        {gate.measures.map((each) => (
          <li key={each.measure}>
            {t(`understand.measure.${each.measure}`, { n: each.lines })} {percent(each.active)} → {percent(each.candidate)}{" "}
            <Tag tone={each.is_worse ? "bad" : each.difference > gate.margin ? "good" : ""}>{t("understand.points", { n: points(each.difference) })}</Tag>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Actions({ model, action }: { model: Model; action: ReactNode }) {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const remove = useRemoveModel();
  const name = t("understand.version", { n: model.number });
  return (
    <div className={styles.actions}>
      {model.status !== "active" && <Promote model={model} />}
      <Button icon={<BarChartOutlined />} onClick={() => void navigate(`/a/${account.id}/understanding/report?pack=${model.pack}&model=${model.id}`)}>{t("understand.report")}</Button>
      {action}
      {model.status !== "active" && (
        <Popconfirm title={t("settings.delete_ask", { name })} okText={t("action.delete")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate(model.id)}>
          <Button type="text" icon={<DeleteOutlined />} loading={remove.isPending} aria-label={t("settings.delete_one", { name })} />
        </Popconfirm>
      )}
    </div>
  );
}

/** A worse version needs an administrator and a reason; any other goes at once, with the way back. */
function Promote({ model }: { model: Model }) {
  const t = useT();
  const undo = useUndo();
  const { account } = useSession();
  const promote = usePromote();
  const rollback = useRollback();
  const [isForcing, setForcing] = useState(false);
  const isWorse = model.gate.verdict === "worse";
  const mayForce = isAtLeast(account.role, "administrator");
  const go = (reason?: string) =>
    promote.mutate(
      { id: model.id, ...(reason === undefined ? {} : { reason }) },
      {
        onSuccess: () => {
          setForcing(false);
          undo(t("understand.now_active", { n: model.number }), () => rollback.mutate(model.pack));
        },
      },
    );
  const button = (
    <Button type={isWorse ? "default" : "primary"} icon={<CheckCircleOutlined />} disabled={isWorse && !mayForce} loading={promote.isPending} onClick={() => (isWorse ? setForcing(true) : go())}>
      {t(isWorse ? "understand.force" : "understand.promote")}
    </Button>
  );
  return (
    <>
      {isWorse && !mayForce ? <Tooltip title={t("understand.force_forbidden")}><span tabIndex={0}>{button}</span></Tooltip> : button}
      {isForcing && <ForceDialog model={model} isBusy={promote.isPending} onForce={go} onClose={() => setForcing(false)} />}
    </>
  );
}
