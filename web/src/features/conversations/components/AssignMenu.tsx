/** Who is responsible: a colleague, a team, or nobody. */
import { UserSwitchOutlined } from "@ant-design/icons";
import { Button, Input, Popover } from "antd";
import { useState } from "react";
import type { ConversationView, Named } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { useT } from "@/shared/i18n";
import { usePresence } from "@/shared/presence";
import { useAgents, useTeams } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { Face } from "@/shared/ui/Marks";
import styles from "@/features/conversations/components/thread.module.css";

export function AssignMenu({ view }: { view: ConversationView }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const text = view.assignee?.name ?? view.team?.name ?? t("assign.nobody");
  return (
    <Popover
      trigger="click"
      open={isOpen}
      onOpenChange={setOpen}
      placement="bottomRight"
      destroyOnHidden
      content={<Choices view={view} onDone={() => setOpen(false)} />}
    >
      <Button icon={<UserSwitchOutlined />} disabled={view.status === "resolved"} aria-label={t("assign.label", { name: text })}>
        <span className={styles.wide}>{text}</span>
      </Button>
    </Popover>
  );
}

function Choices({ view, onDone }: { view: ConversationView; onDone: () => void }) {
  const t = useT();
  const { user } = useSession();
  const { assign } = useConversationActions();
  const [q, setQ] = useState("");
  const agents = useAgents().data ?? [];
  const teams = useTeams().data ?? [];
  const there = usePresence((state) => state.availability);
  const fits = ({ name }: Named) => name.toLocaleLowerCase().includes(q.trim().toLocaleLowerCase());
  const give = (change: { assignee?: Named | null; team?: Named | null }) => {
    onDone();
    void assign(view, change);
  };
  const people = agents.filter(fits).sort((a, b) => Number(b.id === user.id) - Number(a.id === user.id));
  return (
    <div className={styles.menu}>
      <Input autoFocus value={q} onChange={(event) => setQ(event.target.value)} placeholder={t("assign.search")} aria-label={t("assign.search")} />
      <div className={styles.choices}>
        {view.assignee && (
          <button type="button" className={styles.choice} onClick={() => give({ assignee: null })}>
            {t("assign.take_away", { name: view.assignee.name })}
          </button>
        )}
        {people.map(({ id, name, availability }) => (
          <button key={id} type="button" className={styles.choice} aria-pressed={view.assignee?.id === id} onClick={() => give({ assignee: { id, name } })}>
            <Face name={name} id={id} size={22} />
            <span className={styles.ellipsis}>{id === user.id ? t("assign.me", { name }) : name}</span>
            <span className={styles.faint}>{t(`availability.${there[id] ?? availability}`)}</span>
          </button>
        ))}
        {teams.filter(fits).length > 0 && <div className={styles.group}>{t("assign.teams")}</div>}
        {teams.filter(fits).map(({ id, name }) => (
          <button key={id} type="button" className={styles.choice} aria-pressed={view.team?.id === id} onClick={() => give({ team: view.team?.id === id ? null : { id, name } })}>
            {name}
          </button>
        ))}
        {people.length === 0 && teams.filter(fits).length === 0 && <div className={styles.faint}>{t("assign.none")}</div>}
      </div>
    </div>
  );
}
