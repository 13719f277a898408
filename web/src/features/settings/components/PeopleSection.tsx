/** Colleagues: who is here, in what role; invite by a link that is shown once. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import type { Agent, Role } from "@/api/views";
import { useChange } from "@/features/settings/api";
import { CopyBox, DeleteButton, Sheet } from "@/features/settings/components/Sheet";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { usePresence } from "@/shared/presence";
import { useAgents } from "@/shared/reference";
import { isAtLeast, useSession } from "@/shared/session";
import { Face } from "@/shared/ui/Marks";
import styles from "@/features/settings/components/settings.module.css";

const ROLES: Role[] = ["agent", "supervisor", "administrator"];

interface Invitation {
  agent: Agent;
  sign_in_url: string;
  expires_at: string;
}

export function PeopleSection() {
  const t = useT();
  const { account, user } = useSession();
  const query = useAgents();
  const change = useChange<unknown>("agents");
  const there = usePresence((state) => state.availability);
  const [isInviting, setInviting] = useState(false);
  const isAdministrator = isAtLeast(account.role, "administrator");
  const roles = ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }));
  return (
    <>
      <div className={styles.bar}>
        <span />
        {isAdministrator && <Button type="primary" icon={<PlusOutlined />} onClick={() => setInviting(true)}>{t("people.invite")}</Button>}
      </div>
      <Sheet
        query={query}
        empty={{ title: t("people.none"), hint: t("people.none_hint") }}
        row={(agent) => (
          <div key={agent.id} className={styles.item}>
            <Face name={agent.name} id={agent.id} size={34} />
            <div className={styles.grow}>
              <div className={styles.name}>{agent.name} <span className={styles.tag} data-tone={(there[agent.id] ?? agent.availability) === "online" ? "good" : ""}>{t(`availability.${there[agent.id] ?? agent.availability}`)}</span></div>
              <div className={styles.sub}>{agent.email}</div>
            </div>
            <div className={styles.tools}>
              {isAdministrator && agent.id !== user.id ? (
                <>
                  <Select size="small" value={agent.role} options={roles} popupMatchSelectWidth={false} aria-label={t("people.role_of", { name: agent.name })} onChange={(role: Role) => change.mutate({ method: "patch", path: `agents/${agent.id}`, body: { role } })} />
                  <DeleteButton name={agent.name} onConfirm={() => change.mutate({ method: "delete", path: `agents/${agent.id}` })} />
                </>
              ) : (
                <span className={styles.tag}>{t(`role.${agent.role}`)}</span>
              )}
            </div>
          </div>
        )}
      />
      {isInviting && <Invite roles={roles} onClose={() => setInviting(false)} />}
    </>
  );
}

function Invite({ roles, onClose }: { roles: { value: Role; label: string }[]; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const change = useChange<Invitation>("agents");
  const invitation = change.data;
  return (
    <Modal open title={t("people.invite")} footer={null} onCancel={onClose}>
      {invitation ? (
        <>
          <p className={styles.once}>{t("people.link_once", { name: invitation.agent.name, time: format.dateTime(invitation.expires_at) })}</p>
          <CopyBox text={invitation.sign_in_url} label={t("people.link")} />
        </>
      ) : (
        <Form layout="vertical" initialValues={{ role: "agent" }} onFinish={(body: object) => change.mutate({ method: "post", path: "agents", body })}>
          <Form.Item name="name" label={t("people.name")} rules={[{ required: true, message: t("form.required") }]}><Input autoFocus maxLength={120} /></Form.Item>
          <Form.Item name="email" label={t("people.email")} rules={[{ required: true, message: t("form.required") }, { type: "email", message: t("contact.email_hint") }]}><Input /></Form.Item>
          <Form.Item name="role" label={t("people.role")}><Select options={roles} /></Form.Item>
          <Button type="primary" htmlType="submit" loading={change.isPending}>{t("people.make_link")}</Button>
        </Form>
      )}
    </Modal>
  );
}
