/** Labels and priority of a conversation. */
import { FlagOutlined } from "@ant-design/icons";
import { Badge, Button, Checkbox, Dropdown, Popover, Tooltip } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ConversationView, Priority } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { useT } from "@/shared/i18n";
import { useLabels } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { LabelDot } from "@/shared/ui/Marks";
import styles from "@/features/conversations/components/thread.module.css";

export function LabelMenu({ view, icon }: { view: ConversationView; icon: ReactNode }) {
  const t = useT();
  const { account } = useSession();
  const { setLabels } = useConversationActions();
  const labels = useLabels().data ?? [];
  const toggle = (title: string, on: boolean) =>
    void setLabels(view, on ? [...view.labels, title] : view.labels.filter((known) => known !== title));
  const content = (
    <div className={styles.menu}>
      {labels.map(({ title, color }) => (
        <Checkbox key={title} checked={view.labels.includes(title)} onChange={(event) => toggle(title, event.target.checked)}>
          <LabelDot title={title} color={color} />
        </Checkbox>
      ))}
      {labels.length === 0 && <div className={styles.faint}>{t("labels.none")}</div>}
      <Link to={`/a/${account.id}/settings/labels`}>{t("labels.edit")}</Link>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <Tooltip title={t("action.labels")}>
        <Badge count={view.labels.length} size="small" offset={[-6, 6]} color="var(--ant-color-text-tertiary)">
          <Button type="text" icon={icon} aria-label={t("action.labels")} />
        </Badge>
      </Tooltip>
    </Popover>
  );
}

const PRIORITIES: Priority[] = ["urgent", "high", "medium", "low"];

export function PriorityMenu({ view }: { view: ConversationView }) {
  const t = useT();
  const { setPriority } = useConversationActions();
  const items = [
    ...PRIORITIES.map((priority) => ({ key: priority, label: t(`priority.${priority}`) })),
    { type: "divider" as const },
    { key: "none", label: t("priority.none") },
  ];
  const choose = (key: string) => void setPriority(view, PRIORITIES.find((known) => known === key) ?? null);
  return (
    <Dropdown trigger={["click"]} menu={{ items, selectedKeys: [view.priority ?? "none"], onClick: ({ key }) => choose(key) }}>
      <Tooltip title={view.priority ? t(`priority.${view.priority}`) : t("action.priority")}>
        <Button type="text" icon={<FlagOutlined />} className={styles.flag} data-level={view.priority ?? "none"} aria-label={t("action.priority")} />
      </Tooltip>
    </Dropdown>
  );
}
