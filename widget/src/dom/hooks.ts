/** What a component remembers between two drawings, and what it does after one. */

import type { Ref } from "./vnode";

type Cleanup = () => void;

interface Slot {
  value: unknown;
  dependencies?: readonly unknown[] | undefined;
  cleanup?: Cleanup | undefined;
}

/** The memory of one drawn component. */
export interface Memory {
  readonly slots: Slot[];
  redraw(): void;
}

let memory: Memory | null = null;
let next = 0;
const due: (() => void)[] = [];

/** Call a component with its memory at hand. */
export function withMemory<T>(own: Memory, draw: () => T): T {
  const [outerMemory, outerNext] = [memory, next];
  [memory, next] = [own, 0];
  try {
    return draw();
  } finally {
    [memory, next] = [outerMemory, outerNext];
  }
}

export function useState<T>(initial: T): [T, (value: T) => void] {
  const own = current();
  const slot = slotOf(own, () => initial);
  const set = (value: T): void => {
    if (slot.value === value) return;
    slot.value = value;
    own.redraw();
  };
  return [slot.value as T, set];
}

export function useRef<T>(initial: T): { current: T };
export function useRef<T>(initial: null): Ref<T>;
export function useRef(initial: unknown): { current: unknown } {
  return slotOf(current(), () => ({ current: initial })).value as { current: unknown };
}

/** Do something once the page shows what was drawn; again only when a dependency changed. */
export function useEffect(effect: () => Cleanup | undefined, dependencies?: readonly unknown[]): void {
  const slot = slotOf(current(), () => null);
  const before = slot.dependencies;
  if (before !== undefined && dependencies?.every((value, at) => value === before[at]) === true) return;
  slot.dependencies = dependencies;
  due.push(() => {
    slot.cleanup?.();
    slot.cleanup = effect() ?? undefined;
  });
}

/** Run what `useEffect` asked for, after the page was changed. */
export function runEffects(): void {
  for (const effect of due.splice(0)) effect();
}

/** The component is gone. */
export function forget(own: Memory): void {
  for (const slot of own.slots) slot.cleanup?.();
}

function current(): Memory {
  if (memory === null) throw new Error("a hook was called outside of a component");
  return memory;
}

function slotOf(own: Memory, initial: () => unknown): Slot {
  return (own.slots[next++] ??= { value: initial() });
}
