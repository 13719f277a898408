/** One deed from its form over the confirmation to its outcome; nothing is done before the confirmation. */
import { Alert, Button, Modal, Space } from "antd";
import { useState } from "react";
import type { Deed, DeedName, DeedPrepared, DeedResult } from "@/api/business";
import type { Order } from "@/api/set_up";
import { useAskDeed, useConfirmDeed, usePrepareDeed } from "@/features/business/api";
import { DeedForm, type DeedFields } from "@/features/business/components/DeedForm";
import { fieldsOf } from "@/features/business/model";
import { useMaybeT, useT } from "@/shared/i18n";
import { useProblemText } from "@/shared/hooks/problems";
import styles from "@/features/business/components/business.module.css";

interface Props {
  conversation: number;
  order: Order;
  action: DeedName;
  onClose: () => void;
}

interface Ready {
  deed: Deed;
  prepared: DeedPrepared;
}

export function DeedDialog({ conversation, order, action, onClose }: Props) {
  const t = useT();
  const prepare = usePrepareDeed(conversation);
  const confirm = useConfirmDeed(conversation);
  const ask = useAskDeed(conversation);
  const [fields, setFields] = useState<DeedFields>({});
  const [ready, setReady] = useState<Ready | null>(null);
  const result = ask.data ?? confirm.data;
  const say = useProblemText();
  const error = ask.error ?? confirm.error ?? prepare.error;

  const check = (given: DeedFields) => {
    setFields(given);
    const deed: Deed = { action, order_no: order.order_no, ...given };
    prepare.mutate(deed, { onSuccess: (prepared) => setReady({ deed, prepared }) });
  };
  const back = () => {
    confirm.reset();
    setReady(null);
  };
  const act = ({ deed, prepared }: Ready) => confirm.mutate({ deed, key: prepared.key, token: prepared.token });
  return (
    <Modal open title={t(`business.deed.${action}`)} footer={null} onCancel={onClose} mask={{ closable: false }}>
      {error && <Alert type="error" showIcon title={say(error).cause} description={say(error).remedy} className={styles.told} />}
      {result && <Outcome result={result} isAsking={ask.isPending} onAsk={() => ask.mutate(result.key)} onClose={onClose} />}
      {!result && ready && (
        <>
          <Alert type="warning" showIcon title={t("business.deed.check_title")} description={t("business.deed.check_hint")} className={styles.told} />
          <Summary order={order} deed={ready.deed} />
          <Space>
            <Button type="primary" danger={action === "cancel_order"} loading={confirm.isPending} onClick={() => act(ready)}>{t("business.deed.confirm")}</Button>
            <Button disabled={confirm.isPending} onClick={back}>{t("business.deed.back")}</Button>
          </Space>
        </>
      )}
      {!result && !ready && <DeedForm order={order} action={action} fields={fields} isBusy={prepare.isPending} onSubmit={check} />}
    </Modal>
  );
}

function Summary({ order, deed }: { order: Order; deed: Deed }) {
  const t = useT();
  const maybe = useMaybeT();
  const said = (field: string, value: string | number) =>
    field === "sku" ? (order.items?.find((item) => item.sku === value)?.name ?? String(value)) : maybe(`business.deed.${field}.${value}`, String(value));
  return (
    <dl className={styles.summary}>
      <div>
        <dt>{t("business.deed.order")}</dt>
        <dd>{deed.order_no}</dd>
      </div>
      {fieldsOf(deed.action).map((field) => {
        const value = deed[field];
        if (value === undefined || value === null || value === "") return null;
        return (
          <div key={field}>
            <dt>{t(`business.deed.field.${field}`)}</dt>
            <dd>{said(field, value)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

interface OutcomeProps {
  result: DeedResult;
  isAsking: boolean;
  onAsk: () => void;
  onClose: () => void;
}

function Outcome({ result, isAsking, onAsk, onClose }: OutcomeProps) {
  const t = useT();
  const maybe = useMaybeT();
  const kind = { done: "success", refused: "error", unknown: "warning" } as const;
  const hints = {
    done: result.reference ? t("business.deed.done_hint", { reference: result.reference }) : "",
    refused: maybe(`business.deed.reason.${result.reason ?? ""}`, result.reason ?? ""),
    unknown: t("business.deed.unknown_hint"),
  };
  return (
    <div role="status">
      <Alert type={kind[result.outcome]} showIcon title={t(`business.deed.${result.outcome}`)} description={hints[result.outcome]} className={styles.told} data-outcome={result.outcome} />
      <Space>
        {result.outcome === "unknown" && <Button type="primary" loading={isAsking} onClick={onAsk}>{t("business.deed.ask_again")}</Button>}
        <Button onClick={onClose}>{t("business.deed.close")}</Button>
      </Space>
    </div>
  );
}
