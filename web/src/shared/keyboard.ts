/** Keys of the workbench: default combinations, rebinding, matching by physical key (so Alt works on every layout). */
import { useEffect, useRef } from "react";
import { create } from "zustand";

export const DEFAULT_KEYS = {
  next_conversation: "Alt+KeyJ",
  previous_conversation: "Alt+KeyK",
  resolve: "Alt+KeyE",
  resolve_and_next: "Mod+Alt+KeyE",
  private_note: "Alt+KeyP",
  reply: "Alt+KeyL",
  snooze: "Alt+KeyM",
  next_tab: "Alt+KeyN",
  toggle_panel: "Alt+KeyO",
  take_over: "Alt+KeyT",
  begin_conversation: "Alt+KeyW",
  go_conversations: "Alt+KeyC",
  go_contacts: "Alt+KeyV",
  go_deliveries: "Alt+KeyR",
  go_understanding: "Alt+KeyU",
  go_flows: "Alt+KeyG",
  go_knowledge: "Alt+KeyB",
  go_settings: "Alt+KeyS",
  attach: "Mod+Alt+KeyA",
  command_bar: "Mod+KeyK",
  help: "Shift+Slash",
} as const;

export type Shortcut = keyof typeof DEFAULT_KEYS;
export const SHORTCUTS = Object.keys(DEFAULT_KEYS) as Shortcut[];
export type Bindings = Record<Shortcut, string>;

type Pressed = Pick<KeyboardEvent, "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

/** "Mod+Alt+KeyE" for a pressed key; empty while only a modifier is down. */
export function comboOf(event: Pressed): string {
  if (/^(Alt|Control|Meta|Shift|OS)/.test(event.code) || !event.code) return "";
  const modifiers = [
    (event.ctrlKey || event.metaKey) && "Mod",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
  ].filter(Boolean);
  return [...modifiers, event.code].join("+");
}

export function bindingsWith(overrides: Record<string, string> | undefined): Bindings {
  const known = Object.entries(overrides ?? {}).filter(([name]) => name in DEFAULT_KEYS);
  return { ...DEFAULT_KEYS, ...Object.fromEntries(known) };
}

/** The shortcut a key press means; while typing, only those with Alt or Mod count. */
export function matchShortcut(event: Pressed, bindings: Bindings, isTyping: boolean): Shortcut | null {
  const combo = comboOf(event);
  if (!combo || (isTyping && !/^(Mod|Alt)\+/.test(combo))) return null;
  return SHORTCUTS.find((name) => bindings[name] === combo) ?? null;
}

/** "⌥E" or "Alt+E", as the keyboard at hand prints it. */
export function readable(combo: string, isMac: boolean): string {
  const names: Record<string, string> = isMac ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" } : { Mod: "Ctrl" };
  const parts = combo.split("+").map((part) => names[part] ?? part.replace(/^(Key|Digit)/, ""));
  const text = parts.map((part) => (part === "Slash" ? "/" : part));
  if (combo === "Shift+Slash") return "?";
  return text.join(isMac ? "" : "+");
}

export const IS_MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

interface KeyState {
  bindings: Bindings;
  actions: Partial<Record<Shortcut, (() => void)[]>>;
  setBindings: (overrides: Record<string, string> | undefined) => void;
}

export const useKeys = create<KeyState>()((set) => ({
  bindings: bindingsWith(undefined),
  actions: {},
  setBindings: (overrides) => set({ bindings: bindingsWith(overrides) }),
}));

/** While mounted, this component answers the shortcut; the last one mounted wins. */
export function useShortcut(name: Shortcut, action: () => void, enabled = true): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const run = () => latest.current();
    const change = (edit: (known: (() => void)[]) => (() => void)[]) =>
      useKeys.setState(({ actions }) => ({ actions: { ...actions, [name]: edit(actions[name] ?? []) } }));
    change((known) => [...known, run]);
    return () => change((known) => known.filter((other) => other !== run));
  }, [name, enabled]);
}

export function runShortcut(name: Shortcut): boolean {
  const action = useKeys.getState().actions[name]?.at(-1);
  action?.();
  return action !== undefined;
}

export function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Listen for the whole page. */
export function listenToKeys(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const name = matchShortcut(event, useKeys.getState().bindings, isTypingIn(event.target));
    if (name && runShortcut(name)) event.preventDefault();
  };
  window.addEventListener("keydown", listen);
  return () => window.removeEventListener("keydown", listen);
}
