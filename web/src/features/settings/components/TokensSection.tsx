/** API tokens: made once, shown once, revoked at once. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import type { AccessToken } from "@/api/set_up";
import { useChange, useTokens } from "@/features/settings/api";
import { CopyBox, DeleteButton, Sheet } from "@/features/settings/components/Sheet";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/settings/components/settings.module.css";

const DAYS = [30, 90, 365, 0];

export function TokensSection() {
  const t = useT();
  const format = useFormat();
  const query = useTokens();
  const change = useChange<unknown>("access_tokens");
  const [isMaking, setMaking] = useState(false);
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>{t("tokens.new")}</Button>;
  const lastUse = (token: AccessToken) => (token.last_used_at ? t("tokens.last_used", { time: format.dateTime(token.last_used_at) }) : t("tokens.never_used"));
  return (
    <>
      <div className={styles.bar}><span />{add}</div>
      <Sheet
        query={query}
        empty={{ title: t("tokens.none"), hint: t("tokens.none_hint"), action: add }}
        row={(token) => (
          <div key={token.id} className={styles.item}>
            <div className={styles.grow}>
              <div className={styles.name}>{token.name}</div>
              <div className={styles.sub}>{[lastUse(token), token.expires_at && t("tokens.until", { time: format.dateTime(token.expires_at) })].filter(Boolean).join(" · ")}</div>
            </div>
            <DeleteButton name={token.name} onConfirm={() => change.mutate({ method: "delete", path: `access_tokens/${token.id}` })} />
          </div>
        )}
      />
      {isMaking && <MakeToken onClose={() => setMaking(false)} />}
    </>
  );
}

function MakeToken({ onClose }: { onClose: () => void }) {
  const t = useT();
  const change = useChange<AccessToken & { token: string }>("access_tokens");
  const days = DAYS.map((n) => ({ value: n, label: n ? t("tokens.days", { n }) : t("tokens.forever") }));
  const make = ({ name, days: lasting }: { name: string; days: number }) =>
    change.mutate({ method: "post", path: "access_tokens", body: { name, expires_in_days: lasting || null } });
  return (
    <Modal open title={t("tokens.new")} footer={null} onCancel={onClose} mask={{ closable: !change.data }}>
      {change.data ? (
        <>
          <p className={styles.once}>{t("tokens.once")}</p>
          <CopyBox text={change.data.token} label={t("tokens.one")} />
        </>
      ) : (
        <Form layout="vertical" initialValues={{ days: 90 }} onFinish={make}>
          <Form.Item name="name" label={t("tokens.name")} rules={[{ required: true, message: t("form.required") }]}><Input autoFocus maxLength={120} /></Form.Item>
          <Form.Item name="days" label={t("tokens.lasting")}><Select options={days} /></Form.Item>
          <Button type="primary" htmlType="submit" loading={change.isPending}>{t("tokens.new")}</Button>
        </Form>
      )}
    </Modal>
  );
}
