/** Mod+K: go anywhere, do anything, find a customer or a conversation. */
import { Input, Modal } from "antd";
import { useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { useConversationList } from "@/features/conversations/api";
import { useSavePreference } from "@/features/auth/api";
import { useDebounced } from "@/shared/hooks/time";
import { LOCALES, useT, type Key } from "@/shared/i18n";
import { isComposing } from "@/shared/ime";
import { IS_MAC, readable, runShortcut, SHORTCUTS, useKeys } from "@/shared/keyboard";
import { useSession } from "@/shared/session";
import { KeyCap } from "@/shared/ui/Marks";
import styles from "@/app/shell.module.css";

interface Command {
  key: string;
  text: string;
  combo?: string;
  run: () => void;
}

export function CommandBar({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const t = useT();
  const [q, setQ] = useState("");
  const [index, setIndex] = useState(0);
  const commands = useCommands(q, onHelp);
  const active = Math.min(index, commands.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    setTimeout(command.run);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setIndex((active + step + commands.length) % Math.max(1, commands.length));
    else if (event.key === "Enter") run(commands[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal open footer={null} closable={false} onCancel={onClose} width={560} style={{ top: 96 }} destroyOnHidden>
      <div className={styles.commands}>
        <Input
          autoFocus
          size="large"
          variant="borderless"
          value={q}
          placeholder={t("command.placeholder")}
          aria-label={t("command.placeholder")}
          onChange={(event) => {
            setQ(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div className={styles.results} role="listbox" aria-label={t("command.open")}>
          {commands.map((command, position) => (
            <button key={command.key} type="button" role="option" tabIndex={-1} aria-selected={position === active} className={styles.result} onMouseMove={() => setIndex(position)} onClick={() => run(command)}>
              <span>{command.text}</span>
              {command.combo && <KeyCap>{readable(command.combo, IS_MAC)}</KeyCap>}
            </button>
          ))}
          {commands.length === 0 && <div className={styles.faint}>{t("command.none")}</div>}
        </div>
      </div>
    </Modal>
  );
}

const NOT_LISTED = new Set(["command_bar", "help"]);

function useCommands(q: string, onHelp: () => void): Command[] {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const save = useSavePreference();
  const bindings = useKeys((state) => state.bindings);
  const actions = useKeys((state) => state.actions);
  const wanted = q.trim();
  const found = useFound(wanted);
  const keyed = SHORTCUTS.filter((name) => !NOT_LISTED.has(name) && (actions[name]?.length ?? 0) > 0).map((name) => ({
    key: name,
    text: t(`keys.${name}`),
    combo: bindings[name],
    run: () => void runShortcut(name),
  }));
  const others: Command[] = [
    { key: "help", text: t("keys.title"), combo: bindings.help, run: onHelp },
    ...(["light", "dark", "system"] as const).map((theme) => ({ key: theme, text: `${t("rail.theme")}: ${t(`theme.${theme}`)}`, run: () => void save({ theme }) })),
    ...LOCALES.map(({ value, name }) => ({ key: value, text: `${t("rail.language")}: ${name}`, run: () => void save({ language: value }) })),
    ...(["inboxes", "canned", "labels", "people"] as const).map((section) => ({
      key: section,
      text: `${t("rail.settings")}: ${t(`settings.${section}` as Key)}`,
      run: () => void navigate(`/a/${account.id}/settings/${section}`),
    })),
  ];
  const fits = (command: Command) => command.text.toLocaleLowerCase().includes(wanted.toLocaleLowerCase());
  return [...found, ...[...keyed, ...others].filter(fits)];
}

function useFound(q: string): Command[] {
  const t = useT();
  const navigate = useNavigate();
  const { account } = useSession();
  const settled = useDebounced(q, 200);
  const list = useConversationList({ tab: "all", status: "all", inbox: null, label: null, q: settled });
  if (q === "" || settled !== q) return [];
  const rows = list.data?.pages[0]?.data.payload.slice(0, 6) ?? [];
  return rows.map((row) => ({
    key: `conversation-${row.id}`,
    text: `#${row.id} ${row.contact.name || t("contact.visitor", { id: row.id })} · ${row.last_message?.content ?? ""}`,
    run: () => void navigate(`/a/${account.id}/conversations/${row.id}`),
  }));
}
