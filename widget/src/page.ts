/** The widget's footprint on the shop's page: one element with a shadow tree, the page's title, nothing else. */

import { createRoot, type Root } from "./dom/render";
import type { Child } from "./dom/vnode";
import type { Scheme } from "./settings";
import sheetText from "./ui/styles.css?inline";

const TITLE_BADGE = /^\(\d+\) /;

/** The element that holds the window; styles come as sheets, since a strict page forbids style elements. */
export class Mount {
  readonly root: ShadowRoot;
  private readonly host = document.createElement("div");
  private readonly drawing: Root;
  private readonly theme = new CSSStyleSheet();
  private readonly prefersDark = matchMedia("(prefers-color-scheme: dark)");
  private describe: (() => Child) | null = null;
  private isDue = false;
  private scheme: Scheme = "light";

  constructor() {
    this.host.id = "kaitak-widget";
    this.root = this.host.attachShadow({ mode: "open" });
    this.drawing = createRoot(this.root);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(sheetText);
    this.root.adoptedStyleSheets = [this.theme, sheet];
    this.prefersDark.addEventListener("change", () => this.setScheme(this.scheme));
  }

  /** Show what this describes, now and whenever it is said to have changed. */
  show(describe: () => Child): void {
    this.describe = describe;
    if (!this.host.isConnected) document.body.append(this.host);
    this.invalidate();
  }

  /** Draw soon; many changes at once are drawn once. */
  invalidate(): void {
    if (this.isDue || this.describe === null) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      if (this.describe !== null) this.drawing.draw(this.describe());
    });
  }

  remove(): void {
    this.describe = null;
    this.drawing.clear();
    this.host.remove();
  }

  setTheme(style: string): void {
    this.theme.replaceSync(style);
  }

  setScheme(scheme: Scheme): void {
    this.scheme = scheme;
    const isDark = scheme === "dark" || (scheme === "auto" && this.prefersDark.matches);
    this.host.dataset.scheme = isDark ? "dark" : "light";
  }

  focusLauncher(): void {
    this.root.querySelector<HTMLElement>(".launcher")?.focus({ preventScroll: true });
  }
}

/** Put the number of unread messages before the page's title, whatever the page makes of its title meanwhile. */
export function showInTitle(unread: number): void {
  const plain = document.title.replace(TITLE_BADGE, "");
  const wanted = unread > 0 ? `(${unread}) ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}

/** Two soft notes; only after the customer has touched the page does a browser let it sound. */
export function chime(): void {
  const context = new AudioContext();
  const volume = context.createGain();
  volume.gain.setValueAtTime(0.08, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.4);
  volume.connect(context.destination);
  [660, 880].forEach((frequency, at) => {
    const note = context.createOscillator();
    note.frequency.value = frequency;
    note.connect(volume);
    note.start(context.currentTime + at * 0.12);
    note.stop(context.currentTime + 0.4);
  });
  setTimeout(() => void context.close(), 600);
}
