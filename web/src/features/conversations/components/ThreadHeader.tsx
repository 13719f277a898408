/** Who this is, who else looks, and what can be done with the conversation. */
import { ArrowLeftOutlined, CheckOutlined, LayoutOutlined, RollbackOutlined, TagsOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ConversationView } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { AssignMenu } from "@/features/conversations/components/AssignMenu";
import { LabelMenu, PriorityMenu } from "@/features/conversations/components/LabelMenu";
import { SnoozeMenu } from "@/features/conversations/components/SnoozeMenu";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { IS_MAC, readable, runShortcut, useKeys, useShortcut } from "@/shared/keyboard";
import { usePresence } from "@/shared/presence";
import { useInboxes } from "@/shared/reference";
import { useSession } from "@/shared/session";
import { Face, MoodMark, Proof } from "@/shared/ui/Marks";
import styles from "@/features/conversations/components/thread.module.css";

interface Props {
  view: ConversationView;
  onBack: (() => void) | null;
  panel: { isOpen: boolean; toggle: () => void };
}

export function ThreadHeader({ view, onBack, panel }: Props) {
  const t = useT();
  const inbox = useInboxes().data?.find(({ id }) => id === view.inbox_id);
  const name = view.contact.name || t("contact.visitor", { id: view.id });
  return (
    <header className={styles.header}>
      {onBack && <Button type="text" icon={<ArrowLeftOutlined />} onClick={onBack} aria-label={t("action.back")} />}
      <Face name={view.contact.name} id={view.contact.id} size={36} />
      <div className={styles.who}>
        <h1 className={styles.title}>{name}</h1>
        <div className={styles.sub}>
          <Proof verified={view.contact.verified} />
          <span className={styles.number}>#{view.id}</span>
          <span className={styles.ellipsis}>{inbox?.name}</span>
          <MoodMark mood={view.mood} />
          <Viewers id={view.id} />
        </div>
      </div>
      <div className={styles.tools}>
        <LabelMenu view={view} icon={<TagsOutlined />} />
        <PriorityMenu view={view} />
        <AssignMenu view={view} />
        <StatusButtons view={view} />
        <Tooltip title={t("panel.toggle")}>
          <Button type="text" icon={<LayoutOutlined />} aria-label={t("panel.toggle")} aria-pressed={panel.isOpen} onClick={panel.toggle} />
        </Tooltip>
      </div>
    </header>
  );
}

function StatusButtons({ view }: { view: ConversationView }) {
  const t = useT();
  const actions = useConversationActions();
  const key = useKeys((state) => state.bindings.resolve);
  const me = useSession().user.id;
  const isResolved = view.status === "resolved";
  const isMine = view.owner === "human" && view.assignee?.id === me;
  useShortcut("resolve", () => void (isResolved ? actions.reopen(view) : actions.resolve(view)));
  useShortcut("resolve_and_next", () => {
    if (!isResolved) void actions.resolve(view);
    runShortcut("next_conversation");
  });
  if (isResolved || view.status === "snoozed") {
    return (
      <Button icon={<RollbackOutlined />} onClick={() => void actions.reopen(view)}>
        {t("action.reopen")}
      </Button>
    );
  }
  return (
    <>
      <SnoozeMenu view={view} />
      <Tooltip title={readable(key, IS_MAC)}>
        <Button type={isMine ? "primary" : "default"} icon={<CheckOutlined />} onClick={() => void actions.resolve(view)}>
          <span className={styles.wide}>{t("action.resolve")}</span>
        </Button>
      </Tooltip>
    </>
  );
}

function Viewers({ id }: { id: number }) {
  const t = useT();
  const { list } = useFormat();
  const me = useSession().user.id;
  const others = (usePresence((state) => state.viewing[id]) ?? []).filter((user) => user.id !== me);
  if (others.length === 0) return null;
  const names = list(others.map((user) => user.name));
  return (
    <Tooltip title={t("thread.also_viewing", { names })}>
      <span className={styles.viewers}>
        {others.slice(0, 3).map((user) => (
          <Face key={user.id} name={user.name} id={user.id} size={20} />
        ))}
      </span>
    </Tooltip>
  );
}
