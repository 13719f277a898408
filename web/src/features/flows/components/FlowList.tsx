/** The account's flows: what starts each, what it does in business systems, whether a change waits to be published. */
import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";
import type { FlowBrief, PackState } from "@/api/flows";
import { useSaveFile } from "@/features/flows/api";
import { Changed, FileTag } from "@/features/flows/components/FileTag";
import { firstText, flowPath, isFlowName, matching, nameOf } from "@/features/flows/model";
import { useI18n, useMaybeT, useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/flows/components/page.module.css";

export function FlowList({ state }: { state: PackState }) {
  const t = useT();
  const locale = useI18n((each) => each.locale);
  const { account } = useSession();
  const [params, setParams] = useSearchParams();
  const [isAdding, setAdding] = useState(false);
  const words = params.get("q") ?? "";
  const search = (q: string) =>
    setParams((before) => {
      if (q) before.set("q", q);
      else before.delete("q");
      return before;
    }, { replace: true });
  const shown = matching(state.flows, words, locale);
  const canEdit = isAtLeast(account.role, "administrator");
  return (
    <div className={styles.scroll}>
      <div className={styles.column}>
        <header className={styles.head}>
          <div className={styles.headText}>
            <h2 className={styles.title}>{t("flows.list")}</h2>
            <p className={styles.hint}>{t("flows.list_hint")}</p>
          </div>
        </header>
        <div className={styles.bar}>
          <Input className={styles.field} allowClear prefix={<SearchOutlined />} value={words} placeholder={t("flows.search")} aria-label={t("flows.search")} onChange={(event) => search(event.target.value)} />
          <span className={styles.faint}>{t("flows.count", { n: shown.length })}</span>
          <span className={styles.push} />
          {canEdit && <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t("flows.add")}</Button>}
        </div>
        <div className={styles.sheet}>
          {shown.map((flow) => <Row key={flow.name} flow={flow} />)}
          {shown.length === 0 && (
            <EmptyState
              title={words ? t("flows.none_found") : t("flows.none")}
              hint={words ? t("flows.none_found_hint") : t("flows.none_hint")}
              action={words ? <Button onClick={() => search("")}>{t("flows.show_all")}</Button> : canEdit ? <Button type="primary" onClick={() => setAdding(true)}>{t("flows.add")}</Button> : null}
            />
          )}
        </div>
      </div>
      {isAdding && <AddFlow state={state} onClose={() => setAdding(false)} />}
    </div>
  );
}

function Row({ flow }: { flow: FlowBrief }) {
  const t = useT();
  const maybe = useMaybeT();
  const locale = useI18n((state) => state.locale);
  const { account } = useSession();
  const { search } = useLocation();
  return (
    <Link to={{ pathname: `/a/${account.id}/flows/flow/${flow.name}`, search }} className={styles.row} data-flow={flow.name}>
      <div>
        <div className={styles.rowTitle}>
          {nameOf(flow, locale)}
          <span className={styles.code}>{flow.name}</span>
        </div>
        <div className={styles.chips}>
          {flow.reads.map((name) => <span key={name} className={styles.chip}>{maybe(`flows.call.${name}`, name)}</span>)}
          {flow.deeds.map((name) => <span key={name} className={styles.chip} data-kind="deed">{maybe(`flows.call.${name}`, name)}</span>)}
          {flow.asks_knowledge && <span className={styles.chip}>{t("flows.asks_knowledge")}</span>}
          {flow.hands_over && <span className={styles.chip} data-kind="person">{t("flows.hands_over")}</span>}
          {flow.fault && <span className={styles.tag} data-tone="bad">{t("flows.faulty", { n: flow.fault.line })}</span>}
        </div>
      </div>
      <div className={styles.meta}>
        <FileTag file={flow.file} />
        <Changed file={flow.file} />
      </div>
    </Link>
  );
}

function AddFlow({ state, onClose }: { state: PackState; onClose: () => void }) {
  const t = useT();
  const { account } = useSession();
  const { search } = useLocation();
  const navigate = useNavigate();
  const saving = useSaveFile(state.name);
  const [name, setName] = useState("");
  const isTaken = state.flows.some((flow) => flow.name === name);
  const isGood = isFlowName(name) && !isTaken;
  const add = () => {
    if (!isGood) return;
    saving.mutate(
      { path: flowPath(name), text: firstText(name), edition: state.draft?.edition ?? 0 },
      { onSuccess: () => void navigate({ pathname: `/a/${account.id}/flows/flow/${name}`, search }) },
    );
  };
  return (
    <Modal open title={t("flows.add")} okText={t("flows.add_do")} cancelText={t("action.cancel")} okButtonProps={{ disabled: !isGood, loading: saving.isPending }} onOk={add} onCancel={onClose}>
      <p>{t("flows.add_hint")}</p>
      <Input autoFocus value={name} maxLength={60} aria-label={t("flows.add_name")} placeholder="gift_wrapping" status={name !== "" && !isGood ? "error" : ""} onChange={(event) => setName(event.target.value.trim())} onPressEnter={add} />
      <p className={styles.faint}>{isTaken ? t("flows.add_taken") : t("flows.add_rule")}</p>
    </Modal>
  );
}
