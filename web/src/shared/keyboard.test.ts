import { describe, expect, it } from "vitest";
import { bindingsWith, comboOf, DEFAULT_KEYS, matchShortcut, readable, SHORTCUTS } from "@/shared/keyboard";

const press = (code: string, held: Partial<Record<"altKey" | "ctrlKey" | "metaKey" | "shiftKey", boolean>> = {}) => ({
  code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held,
});
const bindings = bindingsWith(undefined);

describe("the keyboard map", () => {
  it("gives each shortcut its own keys", () => {
    expect(new Set(Object.values(DEFAULT_KEYS)).size).toBe(SHORTCUTS.length);
  });
  it("goes by the physical key, so that Alt works on a Mac too", () => {
    expect(matchShortcut(press("KeyJ", { altKey: true }), bindings, true)).toBe("next_conversation");
    expect(matchShortcut(press("KeyE", { altKey: true, metaKey: true }), bindings, true)).toBe("resolve_and_next");
    expect(matchShortcut(press("KeyK", { ctrlKey: true }), bindings, true)).toBe("command_bar");
  });
  it("leaves plain keys to whoever is typing", () => {
    const question = press("Slash", { shiftKey: true });
    expect(matchShortcut(question, bindings, false)).toBe("help");
    expect(matchShortcut(question, bindings, true)).toBe(null);
  });
  it("can be rebound, and ignores names it does not know", () => {
    const own = bindingsWith({ resolve: "Alt+KeyD", nonsense: "Alt+KeyX" });
    expect(matchShortcut(press("KeyD", { altKey: true }), own, false)).toBe("resolve");
    expect(matchShortcut(press("KeyE", { altKey: true }), own, false)).toBe(null);
  });
  it("hears nothing while only a modifier is down", () => {
    expect(comboOf(press("AltLeft", { altKey: true }))).toBe("");
  });
  it("prints keys as the keyboard at hand does", () => {
    expect(readable("Mod+Alt+KeyE", true)).toBe("⌘⌥E");
    expect(readable("Mod+Alt+KeyE", false)).toBe("Ctrl+Alt+E");
    expect(readable("Shift+Slash", false)).toBe("?");
  });
});
