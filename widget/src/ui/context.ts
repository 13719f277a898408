/** What every part of the window can reach: the talk, the state, the words of the present language. */

import { type Locale, WORDS } from "../i18n/locales";
import type { Words } from "../i18n/words";
import type { State } from "../state";
import type { Store } from "../storage";
import type { Talk } from "../talk";
import type { Uploads } from "../uploads";

export interface Surroundings {
  readonly talk: Talk;
  readonly uploads: Uploads;
  readonly tab: Store;
  readonly side: "left" | "right";
  readonly launcherTitle: string;
  readonly open: () => void;
  readonly close: () => void;
  /** The customer chose an answer with a button. */
  readonly postback: (title: string, value: string) => void;
}

// A page has one widget.
let surroundings: Surroundings | null = null;

export function surround(given: Surroundings): void {
  surroundings = given;
}

export function useSurroundings(): Surroundings {
  if (surroundings === null) throw new Error("drawn before its surroundings were given");
  return surroundings;
}

/** The state as it is now; the whole window is drawn again when it changes. */
export function useTalkState(): State {
  return useSurroundings().talk.store.state;
}

/** The words, in which the bot goes by the name that the shop gave it. */
export function useWords(): Words & { readonly locale: Locale } {
  const { locale, config } = useTalkState();
  const words = WORDS[locale];
  return { ...words, bot: config.bot_name || words.bot, locale };
}
