/** Everything behind the door: session, live line, keys, frame. */
import { Spin } from "antd";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Navigate, Outlet, useNavigate, useParams } from "react-router";
import type { MeView } from "@/api/views";
import { LiveLine } from "@/app/LiveLine";
import { Rail } from "@/app/Rail";
import { useMe } from "@/features/auth/api";
import { beginWith, endBeginning, useBeginning } from "@/shared/beginning";
import { useT } from "@/shared/i18n";
import { listenToKeys, useKeys, useShortcut } from "@/shared/keyboard";
import { SessionContext } from "@/shared/session";
import { EmptyState, ErrorState } from "@/shared/ui/States";
import styles from "@/app/shell.module.css";

const CommandBar = lazy(async () => ({ default: (await import("@/app/CommandBar")).CommandBar }));
const BeginDrawer = lazy(async () => ({ default: (await import("@/features/conversations/components/BeginDrawer")).BeginDrawer }));
const ShortcutSheet = lazy(async () => ({ default: (await import("@/app/ShortcutSheet")).ShortcutSheet }));
const LAST = "kaitak.account";

function Waiting() {
  const t = useT();
  return <div className={styles.waiting}><Spin aria-label={t("state.loading")} /></div>;
}

/** "/": on to the account used last. */
export function Home() {
  const me = useMe();
  const t = useT();
  if (me.isPending) return <Waiting />;
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data) return <Navigate to="/signin" replace />;
  const last = Number(localStorage.getItem(LAST));
  const account = me.data.accounts.find(({ id }) => id === last) ?? me.data.accounts[0];
  if (!account) return <EmptyState title={t("account.none")} hint={t("account.none_hint")} />;
  return <Navigate to={`/a/${account.id}/conversations`} replace />;
}

export function SignedIn() {
  const me = useMe();
  const id = Number(useParams()["account"]);
  if (me.isPending) return <Waiting />;
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data) return <Navigate to="/signin" replace />;
  if (!me.data.accounts.some((account) => account.id === id)) return <Navigate to="/" replace />;
  return <Frame key={id} me={me.data} id={id} />;
}

function Frame({ me, id }: { me: MeView; id: number }) {
  const t = useT();
  const account = me.accounts.find((known) => known.id === id);
  const session = useMemo(() => account && { user: me.user, account, accounts: me.accounts }, [me, account]);
  const shortcuts = me.user.ui_settings.shortcuts;
  useEffect(() => localStorage.setItem(LAST, String(id)), [id]);
  useEffect(() => useKeys.getState().setBindings(shortcuts), [shortcuts]);
  useEffect(() => listenToKeys(), []);
  if (!session) return null;
  return (
    <SessionContext value={session}>
      <a className="skip" href="#thread" onClick={(event) => focusOn(event, "thread")}>{t("skip.thread")}</a>
      <div className={styles.frame}>
        <Rail />
        <div className={styles.content}>
          <LiveLine />
          <div className={styles.page}>
            <Suspense fallback={<Waiting />}>
              <Outlet />
            </Suspense>
          </div>
        </div>
      </div>
      <Overlays />
    </SessionContext>
  );
}

/** The address belongs to the router: skip links move the focus, not the hash. */
function focusOn(event: React.MouseEvent, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}

function Overlays() {
  const navigate = useNavigate();
  const account = useParams()["account"];
  const [open, setOpen] = useState<"command" | "help" | null>(null);
  const go = (page: string) => void navigate(`/a/${account}/${page}`);
  useShortcut("command_bar", () => setOpen("command"));
  useShortcut("help", () => setOpen("help"));
  useShortcut("go_conversations", () => go("conversations"));
  useShortcut("go_contacts", () => go("contacts"));
  useShortcut("go_deliveries", () => go("deliveries"));
  useShortcut("go_understanding", () => go("understanding"));
  useShortcut("go_flows", () => go("flows"));
  useShortcut("go_knowledge", () => go("knowledge"));
  useShortcut("go_settings", () => go("settings"));
  const beginning = useBeginning();
  useShortcut("begin_conversation", () => beginWith(null));
  const close = () => setOpen(null);
  return (
    <Suspense>
      {open === "command" && <CommandBar onClose={close} onHelp={() => setOpen("help")} />}
      {beginning.isOpen && <BeginDrawer key={beginning.contact} contact={beginning.contact} onClose={endBeginning} />}
      {open === "help" && <ShortcutSheet onClose={close} />}
    </Suspense>
  );
}
