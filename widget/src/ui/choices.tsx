/** The answers that a question offers: buttons until something was said, then a record of what was chosen. */

import type { JSX } from "../dom/vnode";
import { isAnswerable } from "../state";
import type { Choice, Message } from "../../../sdk/src/wire";
import { useSurroundings, useTalkState, useWords } from "./context";

export function Choices(props: { question: Message }): JSX.Element {
  const { talk, postback } = useSurroundings();
  const state = useTalkState();
  const words = useWords();
  const { question } = props;
  const isOpen = isAnswerable(state, question);
  const answer = state.messages.find((message) => message.author === "me" && message.id > question.id);
  const chosen = answer?.content_attributes.submitted_value;
  const choose = (choice: Choice): void => {
    talk.choose(choice);
    postback(choice.title, choice.value);
  };
  return (
    <div class="choices" role="group" aria-label={words.choices}>
      {(question.content_attributes.items ?? []).map((choice) => (
        <button
          type="button"
          key={choice.value}
          class="choice"
          disabled={!isOpen}
          {...(isOpen ? {} : { "aria-pressed": choice.value === chosen })}
          onClick={() => choose(choice)}
        >
          {choice.title}
        </button>
      ))}
    </div>
  );
}
