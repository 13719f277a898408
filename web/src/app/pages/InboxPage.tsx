/** The inbox: queue, conversation, customer; three panes, a drawer, or one at a time. */
import { MessageOutlined } from "@ant-design/icons";
import { Drawer } from "antd";
import { useCallback, useState } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { CustomerPanel } from "@/app/CustomerPanel";
import { useSavePreference } from "@/features/auth/api";
import { Queue } from "@/features/conversations/components/Queue";
import { ThreadPane } from "@/features/conversations/components/ThreadPane";
import { useRoom } from "@/shared/hooks/media";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { IS_MAC, readable, useKeys, useShortcut } from "@/shared/keyboard";
import { usePreferences } from "@/shared/preferences";
import { useSession } from "@/shared/session";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/app/shell.module.css";

export function InboxPage() {
  const t = useT();
  const room = useRoom();
  const { account } = useSession();
  const navigate = useNavigate();
  const { search } = useLocation();
  const id = Number(useParams()["id"]) || null;
  const isHidden = usePreferences((state) => state.panelHidden);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const save = useSavePreference();
  const say = useSayProblem();
  const home = `/a/${account.id}/conversations`;
  const select = useCallback(
    (next: number, seq?: number) => void navigate({ pathname: `${home}/${next}`, search: pointed(search, seq) }),
    [navigate, home, search],
  );
  const isOpen = room === "three" ? !isHidden : isDrawerOpen;
  const toggle = () => (room === "three" ? void save({ panel_hidden: !isHidden }).catch(say) : setDrawerOpen(!isDrawerOpen));
  useShortcut("toggle_panel", toggle);

  const showQueue = room !== "one" || id === null;
  const showThread = room !== "one" || id !== null;
  const back = room === "one" ? () => void navigate({ pathname: home, search }) : null;
  return (
    <div className={styles.panes} data-room={room} data-panel={isOpen && id !== null}>
      {showQueue && <Queue selected={id} onSelect={select} />}
      {showThread &&
        (id !== null ? <ThreadPane key={id} id={id} onBack={back} panel={{ isOpen, toggle }} /> : <div className={styles.blank}><Nothing /></div>)}
      {id !== null && room === "three" && isOpen && (
        <aside className={styles.panel} aria-label={t("panel.label")}>
          <CustomerPanel key={id} conversation={id} />
        </aside>
      )}
      {id !== null && room !== "three" && (
        <Drawer open={isDrawerOpen} onClose={() => setDrawerOpen(false)} title={t("panel.label")} size={room === "one" ? "100%" : 380} styles={{ body: { padding: 0 } }} destroyOnHidden>
          <CustomerPanel key={id} conversation={id} />
        </Drawer>
      )}
    </div>
  );
}

/** The address with the message to go to, or without one. */
function pointed(search: string, seq: number | undefined): string {
  const params = new URLSearchParams(search);
  if (seq === undefined) params.delete("at");
  else params.set("at", String(seq));
  return params.toString();
}

function Nothing() {
  const t = useT();
  const key = useKeys((state) => state.bindings.next_conversation);
  return <EmptyState icon={<MessageOutlined />} title={t("thread.none")} hint={t("thread.none_hint", { key: readable(key, IS_MAC) })} />;
}
