/** The left rail: where to go, who I am, whether I am there. */
import { BookOutlined, ApartmentOutlined, BulbOutlined, CustomerServiceOutlined, QuestionOutlined, SearchOutlined, SendOutlined, SettingOutlined, TeamOutlined } from "@ant-design/icons";
import { Badge, Dropdown, Tooltip, type MenuProps } from "antd";
import type { ReactNode } from "react";
import { NavLink, useNavigate } from "react-router";
import type { Availability } from "@/api/views";
import { useAvailability, useSavePreference, useSignOut } from "@/features/auth/api";
import { useSayProblem } from "@/shared/hooks/problems";
import { LOCALES, useI18n, useT } from "@/shared/i18n";
import { IS_MAC, readable, runShortcut, useKeys, type Shortcut } from "@/shared/keyboard";
import { usePreferences, type ThemeMode } from "@/shared/preferences";
import { isAtLeast, useSession } from "@/shared/session";
import { Face } from "@/shared/ui/Marks";
import { Sign } from "@/shared/ui/Wordmark";
import styles from "@/app/shell.module.css";

const DOTS: Record<Availability, string> = {
  online: "var(--ant-color-success)",
  busy: "var(--ant-color-warning)",
  offline: "var(--ant-color-text-quaternary)",
};

export function Rail() {
  const t = useT();
  const { account } = useSession();
  const isSupervisor = isAtLeast(account.role, "supervisor");
  return (
    <nav className={styles.rail} aria-label={t("rail.label")}>
      <span className={styles.sign}><Sign size={32} /></span>
      <Place to="conversations" icon={<CustomerServiceOutlined />} text={t("rail.conversations")} shortcut="go_conversations" />
      <Place to="contacts" icon={<TeamOutlined />} text={t("rail.contacts")} shortcut="go_contacts" />
      {isSupervisor && <Place to="deliveries" icon={<SendOutlined />} text={t("rail.deliveries")} shortcut="go_deliveries" />}
      {isSupervisor && <Place to="understanding" icon={<BulbOutlined />} text={t("rail.understanding")} shortcut="go_understanding" />}
      {isSupervisor && <Place to="flows" icon={<ApartmentOutlined />} text={t("rail.flows")} shortcut="go_flows" />}
      <Place to="knowledge" icon={<BookOutlined />} text={t("rail.knowledge")} shortcut="go_knowledge" />
      <Place to="settings" icon={<SettingOutlined />} text={t("rail.settings")} shortcut="go_settings" />
      <span className={styles.gap} />
      <Tool icon={<SearchOutlined />} text={t("command.open")} shortcut="command_bar" />
      <Tool icon={<QuestionOutlined />} text={t("keys.title")} shortcut="help" />
      <Me />
    </nav>
  );
}

function useHint(text: string, shortcut: Shortcut): string {
  const combo = useKeys((state) => state.bindings[shortcut]);
  return `${text}  ${readable(combo, IS_MAC)}`;
}

function Place({ to, icon, text, shortcut }: { to: string; icon: ReactNode; text: string; shortcut: Shortcut }) {
  const { account } = useSession();
  const hint = useHint(text, shortcut);
  return (
    <Tooltip title={hint} placement="right">
      <NavLink to={`/a/${account.id}/${to}`} className={({ isActive }) => `${styles.place} ${isActive ? styles.here : ""}`}>
        {icon}
        <span className={styles.word}>{text}</span>
      </NavLink>
    </Tooltip>
  );
}

function Tool({ icon, text, shortcut }: { icon: ReactNode; text: string; shortcut: Shortcut }) {
  const hint = useHint(text, shortcut);
  return (
    <Tooltip title={hint} placement="right">
      <button type="button" className={`${styles.place} ${styles.tool}`} aria-label={text} onClick={() => runShortcut(shortcut)}>
        {icon}
      </button>
    </Tooltip>
  );
}

function Me() {
  const t = useT();
  const { user, account } = useSession();
  const items = useMyMenu();
  const here = t(`availability.${account.availability}`);
  return (
    <Dropdown trigger={["click"]} placement="topRight" menu={items}>
      <button type="button" className={styles.me} aria-label={t("rail.me", { name: user.name, state: here })}>
        <Badge dot color={DOTS[account.availability]} offset={[-4, 30]} title={here}>
          <Face name={user.name} id={user.id} size={34} />
        </Badge>
      </button>
    </Dropdown>
  );
}

function useMyMenu(): MenuProps {
  const t = useT();
  const navigate = useNavigate();
  const { user, account, accounts } = useSession();
  const availability = useAvailability();
  const signOut = useSignOut();
  const save = useSavePreference();
  const say = useSayProblem();
  const theme = usePreferences((state) => state.theme);
  const locale = useI18n((state) => state.locale);
  const states: Availability[] = ["online", "busy", "offline"];
  const themes: ThemeMode[] = ["light", "dark", "system"];
  const dot = (state: Availability) => <i className={styles.dot} style={{ background: DOTS[state] }} />;
  const switches = accounts.map(({ id, name }) => ({ key: `account:${id}`, label: name }));
  return {
    selectedKeys: [`availability:${account.availability}`, `theme:${theme}`, `language:${locale}`, `account:${account.id}`],
    items: [
      { key: "who", type: "group", label: `${user.name} · ${t(`role.${account.role}`)}`, children: states.map((state) => ({ key: `availability:${state}`, icon: dot(state), label: t(`availability.${state}`) })) },
      { type: "divider" },
      ...(accounts.length > 1 ? [{ key: "accounts", label: t("rail.switch_account"), children: switches }] : []),
      { key: "language", label: t("rail.language"), children: LOCALES.map(({ value, name }) => ({ key: `language:${value}`, label: name })) },
      { key: "theme", label: t("rail.theme"), children: themes.map((mode) => ({ key: `theme:${mode}`, label: t(`theme.${mode}`) })) },
      { key: "profile", label: t("rail.profile") },
      { type: "divider" },
      { key: "sign_out", label: t("rail.sign_out") },
    ],
    onClick: ({ key }) => {
      const [what, value = ""] = key.split(":");
      const state = states.find((known) => known === value);
      const mode = themes.find((known) => known === value);
      const language = LOCALES.find((known) => known.value === value)?.value;
      if (what === "availability" && state) availability.mutate(state, { onError: say });
      else if (what === "theme" && mode) save({ theme: mode }).catch(say);
      else if (what === "language" && language) save({ language }).catch(say);
      else if (what === "account") void navigate(`/a/${value}/conversations`);
      else if (what === "profile") void navigate(`/a/${account.id}/settings/profile`);
      else if (what === "sign_out") signOut.mutate();
    },
  };
}
