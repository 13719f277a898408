/** All keys on one sheet; press one to change it. */
import { App, Button, Modal } from "antd";
import { useState, type KeyboardEvent } from "react";
import { useSavePreference } from "@/features/auth/api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { comboOf, DEFAULT_KEYS, IS_MAC, readable, SHORTCUTS, useKeys, type Shortcut } from "@/shared/keyboard";
import { useSession } from "@/shared/session";
import styles from "@/app/shell.module.css";

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const say = useSayProblem();
  const save = useSavePreference();
  const bindings = useKeys((state) => state.bindings);
  const overrides = useSession().user.ui_settings.shortcuts ?? {};
  const [changing, setChanging] = useState<Shortcut | null>(null);

  const store = (shortcuts: Record<string, string>) => save({ shortcuts }).catch(say);
  const press = (event: KeyboardEvent, name: Shortcut) => {
    if (changing !== name) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setChanging(null);
    const combo = comboOf(event.nativeEvent);
    if (!combo) return;
    const taken = SHORTCUTS.find((other) => other !== name && bindings[other] === combo);
    if (taken) return void message.warning(t("keys.taken", { name: t(`keys.${taken}`) }));
    setChanging(null);
    void store({ ...overrides, [name]: combo });
  };
  return (
    <Modal
      open
      width={720}
      title={t("keys.title")}
      onCancel={onClose}
      keyboard={changing === null}
      footer={<Button disabled={Object.keys(overrides).length === 0} onClick={() => void store({})}>{t("keys.reset")}</Button>}
    >
      <p className={styles.faint}>{t("keys.hint")}</p>
      <div className={styles.keys}>
        {SHORTCUTS.map((name) => (
          <div key={name} className={styles.key}>
            <span>{t(`keys.${name}`)}</span>
            <Button
              size="small"
              type={changing === name ? "primary" : "default"}
              aria-label={t("keys.change", { name: t(`keys.${name}`) })}
              onClick={() => setChanging(name)}
              onKeyDown={(event) => press(event, name)}
              onBlur={() => setChanging(null)}
            >
              {changing === name ? t("keys.press") : readable(bindings[name] ?? DEFAULT_KEYS[name], IS_MAC)}
            </Button>
          </div>
        ))}
      </div>
    </Modal>
  );
}
