/** Teams: groups that conversations are given to. */
import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import type { Team } from "@/api/views";
import { useChange } from "@/features/settings/api";
import { DeleteButton, Sheet } from "@/features/settings/components/Sheet";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useAgents, useTeams } from "@/shared/reference";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/features/settings/components/settings.module.css";

type Draft = Omit<Team, "id">;

export function TeamsSection() {
  const t = useT();
  const { account } = useSession();
  const query = useTeams();
  const agents = useAgents().data ?? [];
  const change = useChange<unknown>("teams");
  const [edited, setEdited] = useState<Team | Draft | null>(null);
  const mayChange = isAtLeast(account.role, "supervisor");
  const start = () => setEdited({ name: "", description: "", member_ids: [] });
  const add = mayChange && <Button type="primary" icon={<PlusOutlined />} onClick={start}>{t("teams.new")}</Button>;
  const { list } = useFormat();
  const names = (ids: number[]) => list(agents.filter(({ id }) => ids.includes(id)).map(({ name }) => name));
  const save = ({ name, description, member_ids }: Draft) => {
    const body = { name, description: description ?? "", member_ids: member_ids ?? [] };
    const id = edited && "id" in edited ? edited.id : null;
    change.mutate(id === null ? { method: "post", path: "teams", body } : { method: "patch", path: `teams/${id}`, body }, { onSuccess: () => setEdited(null) });
  };
  return (
    <>
      <div className={styles.bar}><span />{add}</div>
      <Sheet
        query={query}
        empty={{ title: t("teams.none"), hint: t("teams.none_hint"), action: add }}
        row={(team) => (
          <div key={team.id} className={styles.item}>
            <div className={styles.grow}>
              <div className={styles.name}>{team.name}</div>
              <div className={styles.sub}>{names(team.member_ids) || team.description || t("teams.nobody")}</div>
            </div>
            {mayChange && (
              <div className={styles.tools}>
                <Button type="text" icon={<EditOutlined />} aria-label={t("settings.edit_one", { name: team.name })} onClick={() => setEdited(team)} />
                <DeleteButton name={team.name} onConfirm={() => change.mutate({ method: "delete", path: `teams/${team.id}` })} />
              </div>
            )}
          </div>
        )}
      />
      <Modal open={edited !== null} title={t("teams.one")} footer={null} onCancel={() => setEdited(null)} destroyOnHidden>
        <Form layout="vertical" initialValues={edited ?? {}} onFinish={save}>
          <Form.Item name="name" label={t("teams.name")} rules={[{ required: true, message: t("form.required") }]}><Input autoFocus maxLength={120} /></Form.Item>
          <Form.Item name="description" label={t("labels.description")}><Input maxLength={1000} /></Form.Item>
          <Form.Item name="member_ids" label={t("teams.members")}>
            <Select mode="multiple" optionFilterProp="label" options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={change.isPending}>{t("action.save")}</Button>
        </Form>
      </Modal>
    </>
  );
}
