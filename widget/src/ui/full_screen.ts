/** Where the focus is and how much room there is: what differs when the window covers a phone's whole screen. */

export const FULL_SCREEN = "(max-width: 480px)";
const FOCUSABLE = "button:not(:disabled), textarea, a[href], [tabindex='0']";

export function isFullScreen(): boolean {
  return matchMedia(FULL_SCREEN).matches;
}

/** Let Tab go round within the window: what it covers cannot be seen. */
export function keepFocusInside(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const first = stops[0];
  const last = stops.at(-1);
  const root = panel.getRootNode() as ShadowRoot;
  const here = root.activeElement;
  if (event.shiftKey && (here === first || here === panel)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && here === last) {
    event.preventDefault();
    first?.focus();
  }
}

/** Keep the composer above a phone's keyboard, which dvh does not know on every browser; returns how to stop. */
export function fitToKeyboard(panel: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (viewport === null) return () => undefined;
  const fit = (): void => {
    const isPhone = isFullScreen();
    panel.style.height = isPhone && viewport.scale === 1 ? `${viewport.height}px` : "";
    panel.style.top = isPhone && viewport.scale === 1 ? `${viewport.offsetTop}px` : "";
  };
  fit();
  viewport.addEventListener("resize", fit);
  viewport.addEventListener("scroll", fit);
  return () => {
    viewport.removeEventListener("resize", fit);
    viewport.removeEventListener("scroll", fit);
  };
}

/** A button that goes away or is done with takes the focus along; give it to the window, or Esc would not reach it. */
export function holdFocus(panel: HTMLElement): () => void {
  const root = panel.getRootNode() as ShadowRoot;
  let isInside = root.activeElement !== null;
  const enter = (): void => void (isInside = true);
  const leave = (event: FocusEvent): void => void (isInside = event.relatedTarget !== null && event.relatedTarget !== root.host);
  const watch = new MutationObserver(() => {
    const isLost = root.activeElement?.matches(":disabled") ?? true;
    if (isInside && isLost) panel.focus({ preventScroll: true });
  });
  panel.addEventListener("focusin", enter);
  panel.addEventListener("focusout", leave);
  watch.observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
  return () => {
    watch.disconnect();
    panel.removeEventListener("focusin", enter);
    panel.removeEventListener("focusout", leave);
  };
}
