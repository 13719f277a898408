/** The talk itself: stays at its end while the reader is there, and where the reader is while they read back. */

import type { JSX } from "../dom/vnode";
import { useEffect, useRef, useState } from "../dom/hooks";
import { fill, localised } from "../i18n/locales";
import { rowsOf } from "../rows";
import { Bubble, PendingBubble } from "./bubble";
import { useSurroundings, useTalkState, useWords } from "./context";
import { BotIcon, DownIcon } from "./icons";

const NEAR = 48;

export function Thread(): JSX.Element {
  const { talk } = useSurroundings();
  const state = useTalkState();
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const place = useRef({ height: 0, top: 0, first: "", isAtEnd: true });
  const [hasBelow, setBelow] = useState(false);
  const rows = rowsOf(state);
  const firstKey = rows.find((row) => row.kind !== "day")?.key ?? "";
  const last = rows.at(-1);
  const lastKey = last?.key ?? "";

  // Measured before this drawing changes anything: the reader may have scrolled without our having heard of it yet.
  if (box.current !== null) {
    place.current.height = box.current.scrollHeight;
    if (box.current.scrollTop !== place.current.top) place.current.isAtEnd = isNearEnd(box.current);
  }
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { height, first, isAtEnd } = place.current;
    const hasEarlier = first !== "" && first !== firstKey && rows.some((row) => row.key === first);
    if (hasEarlier && !isAtEnd) element.scrollTop += element.scrollHeight - height;
    else if (isAtEnd || last?.kind === "pending") element.scrollTop = element.scrollHeight;
    place.current = { height: element.scrollHeight, top: element.scrollTop, first: firstKey, isAtEnd: isNearEnd(element) };
  });
  useEffect(() => {
    setBelow(!place.current.isAtEnd);
    look();
  }, [lastKey, state.conversation?.id]);
  useEffect(() => {
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);

  function look(): void {
    if (place.current.isAtEnd && document.visibilityState === "visible") talk.seen();
  }

  function scrolled(element: HTMLDivElement): void {
    place.current.isAtEnd = isNearEnd(element);
    if (place.current.isAtEnd) {
      setBelow(false);
      look();
    }
    if (element.scrollTop < NEAR) void talk.loadEarlier();
  }

  return (
    <div class="thread-area">
      <div class="thread" ref={box} tabIndex={0} role="region" aria-label={words.thread} onScroll={(event) => scrolled(event.currentTarget)}>
        {state.hasMore ? (
          <button type="button" class="earlier" disabled={state.isLoadingEarlier} onClick={() => void talk.loadEarlier()}>
            {state.isLoadingEarlier ? words.loading : words.earlier}
          </button>
        ) : (
          <Greeting isAlone={rows.length === 0} />
        )}
        <ol class="messages">
          {rows.map((row) =>
            row.kind === "day" ? (
              <li class="day" key={row.key}>
                {dayText(row.at, words)}
              </li>
            ) : row.kind === "message" ? (
              <Bubble key={row.key} row={row} />
            ) : (
              <PendingBubble key={row.key} item={row.item} />
            ),
          )}
        </ol>
        {state.typing !== null && <Typing name={state.typing} />}
      </div>
      {hasBelow && (
        <button type="button" class="jump" onClick={() => box.current?.scrollTo({ top: box.current.scrollHeight })}>
          {words.jump} <DownIcon size={16} />
        </button>
      )}
    </div>
  );
}

function Greeting(props: { isAlone: boolean }): JSX.Element {
  const { talk, postback } = useSurroundings();
  const { config } = useTalkState();
  const words = useWords();
  const suggestions = (config.suggestions ?? []).slice(0, 4);
  return (
    <div class="greeting">
      <div class="row other by-bot first">
        <span class="avatar" aria-hidden="true">
          <BotIcon />
        </span>
        <div class="stack">
          <div class="author">
            <span class="author-name">{words.bot}</span>
            <span class="author-kind">{words.botNote}</span>
          </div>
          <div class="bubble">{localised(config.greeting, words.locale) || words.greeting}</div>
        </div>
      </div>
      {props.isAlone && suggestions.length > 0 && (
        <div class="suggestions" role="group" aria-label={words.suggestions}>
          {suggestions.map((item) => {
            const title = localised(item.title, words.locale);
            return (
              <button
                type="button"
                key={item.value}
                class="choice"
                onClick={() => {
                  talk.choose({ title, value: item.value });
                  postback(title, item.value);
                }}
              >
                {title}
              </button>
            );
          })}
        </div>
      )}
    </div>
  );
}

function Typing(props: { name: string }): JSX.Element {
  const words = useWords();
  const text = fill(words.typing, { name: props.name === "" ? words.bot : props.name });
  return (
    <div class="typing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span>{text}</span>
    </div>
  );
}

function isNearEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
}

function dayText(at: Date, words: ReturnType<typeof useWords>): string {
  const today = new Date();
  const days = Math.round((startOf(today) - startOf(at)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return at.toLocaleDateString(words.locale, { month: "long", day: "numeric", weekday: "short" });
}

function startOf(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
