/** The whole of what is drawn: the round button, the window, and the voice for screen readers. */

import type { JSX } from "../dom/vnode";
import { fill } from "../i18n/locales";
import { unreadCount } from "../state";
import { useSurroundings, useTalkState, useWords } from "./context";
import { ChatIcon, DownIcon } from "./icons";
import { Panel } from "./panel";

const MOST_SHOWN = 9;

export function Window(): JSX.Element {
  const { isOpen, isBubbleHidden, announcements, locale } = useTalkState();
  return (
    <div class={`kaitak ${isOpen ? "is-open" : ""}`} lang={locale === "zh-CN" ? "zh-Hans" : locale}>
      {isOpen && <Panel />}
      {!isBubbleHidden && <Launcher />}
      <div class="hidden" role="log" aria-live="polite" aria-relevant="additions">
        {announcements.map(({ text, count }) => (
          <p key={count}>{text}</p>
        ))}
      </div>
    </div>
  );
}

function Launcher(): JSX.Element {
  const { open, close, side, launcherTitle } = useSurroundings();
  const state = useTalkState();
  const words = useWords();
  const unread = state.isOpen ? 0 : unreadCount(state);
  const label = state.isOpen ? words.close : launcherTitle || words.open;
  return (
    <button
      type="button"
      class={`launcher ${side}`}
      aria-expanded={state.isOpen}
      aria-haspopup="dialog"
      aria-label={unread > 0 ? `${label} (${fill(words.unread, { count: unread })})` : label}
      onClick={() => (state.isOpen ? close() : open())}
    >
      {state.isOpen ? <DownIcon /> : <ChatIcon />}
      {unread > 0 && (
        <span class="badge" aria-hidden="true">
          {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
        </span>
      )}
    </button>
  );
}
