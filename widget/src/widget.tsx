/** One running widget: joins the talk, the window and the page, and is what the page's own scripts command. */

import { Api } from "./api";
import { DEFAULT_LARGEST } from "./files";
import { fill, matchLocale, SERVER_LOCALE, WORDS } from "./i18n/locales";
import { chime, Mount, showInTitle } from "./page";
import { Identity } from "./person";
import { chooseLocale, type HostSettings, readScheme, type RunOptions } from "./settings";
import { unreadCount } from "./state";
import { openStore } from "./storage";
import { StateStore } from "./store";
import { Talk } from "./talk";
import { themeStyle } from "./theme";
import { Window } from "./ui/app";
import { nameOf } from "./ui/bubble";
import { surround } from "./ui/context";
import { isFullScreen } from "./ui/full_screen";
import { Uploads } from "./uploads";
import type { Message } from "../../sdk/src/wire";
import type { SessionReply, WidgetConfig } from "./wire";

export type Emit = (name: string, detail?: unknown) => void;

export class Widget {
  readonly identity: Identity;
  hasLoaded = false;
  private readonly store = new StateStore();
  private readonly disk;
  private readonly tab;
  private readonly talk: Talk;
  private readonly uploads: Uploads;
  private readonly mount = new Mount();
  private hasOwnLocale = false;
  private isRefused = false;

  constructor(
    options: RunOptions,
    private readonly settings: HostSettings,
    private readonly emit: Emit,
  ) {
    const { websiteToken, baseUrl } = options;
    this.disk = openStore("localStorage", websiteToken);
    this.tab = openStore("sessionStorage", websiteToken);
    const api = new Api(baseUrl, websiteToken, () => this.disk.get("visitor"));
    this.talk = new Talk(api, this.store, this.disk, `kaitak:${websiteToken}`, {
      page: () => ({
        locale: SERVER_LOCALE[this.store.state.locale],
        page_url: location.href,
        page_title: document.title,
        referrer: document.referrer,
      }),
      ready: (reply) => this.ready(reply),
      refused: (code) => this.refused(code),
      arrived: (messages) => this.arrived(messages),
      started: () => emit("on-start-conversation"),
    });
    this.uploads = new Uploads(
      api,
      async () => this.store.state.hasSession || (await this.talk.session.open()),
      () => this.store.state.config.max_attachment_bytes ?? DEFAULT_LARGEST,
    );
    this.identity = new Identity(api, this.disk, {
      hasSession: () => this.store.state.hasSession,
      forget: () => this.talk.forget(),
      identified: () => void this.talk.session.open(),
      failed: (code) => this.complain(code),
    });
  }

  /** Show what is known from the last visit at once, then ask the server. */
  async start(): Promise<void> {
    const config = parseConfig(this.disk.get("config"));
    if (config !== null) this.store.dispatch({ type: "config", config });
    this.store.dispatch({ type: "locale", locale: chooseLocale(this.settings, navigator.languages, config?.locale) });
    this.store.dispatch({ type: "bubble", hidden: this.settings.hideMessageBubble === true });
    this.mount.setScheme(readScheme(this.settings.colorScheme ?? this.settings.darkMode));
    this.mount.setTheme(themeStyle([this.settings.color, config?.color]));
    this.uploads.subscribe(() => this.mount.invalidate());
    this.store.subscribe(() => {
      this.mount.invalidate();
      if (this.settings.titleBadge !== false) showInTitle(this.isWatched ? 0 : unreadCount(this.store.state));
    });
    if (config !== null) this.show();
    await this.talk.start();
    this.show();
    if (this.tab.get("open") === "1" && !isFullScreen()) this.toggle("open", false);
  }

  get isOpen(): boolean {
    return this.store.state.isOpen;
  }

  toggle(wanted?: "open" | "close", byPerson = true): void {
    const isOpen = wanted === undefined ? !this.isOpen : wanted === "open";
    if (isOpen === this.isOpen) return;
    this.store.dispatch({ type: "open", on: isOpen });
    this.tab.set("open", isOpen ? "1" : "0");
    this.emit(isOpen ? "opened" : "closed");
    if (!isOpen && byPerson) queueMicrotask(() => this.mount.focusLauncher()); // after the redraw that shows it
  }

  setBubble(wanted: "hide" | "show"): void {
    this.store.dispatch({ type: "bubble", hidden: wanted === "hide" });
  }

  setLocale(tag: string): void {
    const locale = matchLocale(tag);
    if (locale === null) {
      this.complain("locale_unknown");
      return;
    }
    this.hasOwnLocale = true;
    this.store.dispatch({ type: "locale", locale });
  }

  setScheme(scheme: string): void {
    this.mount.setScheme(readScheme(scheme));
  }

  async reset(): Promise<void> {
    this.identity.clear();
    this.tab.remove("draft");
    this.toggle("close", false);
    await this.talk.forget();
  }

  private get isWatched(): boolean {
    return this.isOpen && document.visibilityState === "visible";
  }

  private show(): void {
    if (this.isRefused) return;
    surround({
      talk: this.talk,
      uploads: this.uploads,
      tab: this.tab,
      side: this.settings.position === "left" ? "left" : "right",
      launcherTitle: this.settings.launcherTitle ?? "",
      open: () => this.toggle("open"),
      close: () => this.toggle("close"),
      postback: (title, value) => this.emit("postback", { title, value }),
    });
    this.mount.show(() => <Window />);
  }

  private ready(reply: SessionReply): void {
    this.disk.set("config", JSON.stringify(reply.config));
    this.mount.setTheme(themeStyle([this.settings.color, reply.config.color]));
    if (!this.hasOwnLocale) {
      this.store.dispatch({ type: "locale", locale: chooseLocale(this.settings, navigator.languages, reply.config.locale) });
    }
    if (!this.hasLoaded) {
      this.hasLoaded = true;
      this.emit("ready");
    }
    void this.identity.send();
  }

  private refused(code: string): void {
    this.isRefused = true;
    this.mount.remove();
    this.complain(code);
  }

  private complain(code: string): void {
    console.error(`kaitak: ${COMPLAINTS[code] ?? code}`);
    this.emit("error", { code });
  }

  private arrived(messages: readonly Message[]): void {
    const words = WORDS[this.store.state.locale];
    const spoken = messages.filter((message) => message.content !== "" && message.author !== "system");
    if (spoken.length > 0) {
      const texts = spoken.map((message) => fill(words.newMessage, { name: nameOf(message, words), text: message.content }));
      this.store.dispatch({ type: "announce", text: texts.join(" ") });
    }
    for (const message of messages) this.emit("on-message", message);
    if (this.settings.sound === true && !this.isWatched) chime();
  }
}

const COMPLAINTS: Readonly<Record<string, string>> = {
  identity_required: "setUser needs identifier_hash, the HMAC-SHA256 of the identifier made on your server; nobody was identified",
  identity_invalid: "the identifier_hash does not fit the identifier; nobody was identified",
  identifier_missing: "setUser needs an identifier as its first argument",
  locale_unknown: "setLocale knows zh-HK, zh-CN and en",
};

function parseConfig(text: string | null): WidgetConfig | null {
  try {
    return text === null ? null : (JSON.parse(text) as WidgetConfig);
  } catch {
    return null;
  }
}
