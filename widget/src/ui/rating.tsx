/** The question at the end: one tap on one of five faces, then room for a comment that nobody has to write. */

import type { JSX } from "../dom/vnode";
import { useState } from "../dom/hooks";
import type { Message } from "../../../sdk/src/wire";
import { useSurroundings, useTalkState, useWords } from "./context";
import { FaceIcon } from "./icons";

const LONGEST_COMMENT = 2_000;

export function Rating(props: { message: Message }): JSX.Element {
  const { talk } = useSurroundings();
  const state = useTalkState();
  const words = useWords();
  const [hasFailed, setFailed] = useState(false);
  const { id, content_attributes: told } = props.message;
  const verdict = state.verdicts[id] ?? { rating: told.rating ?? 0, feedback: told.feedback_message ?? "" };
  const rate = (rating: number, feedback: string): void => {
    setFailed(false);
    talk.rate(id, rating, feedback).catch(() => setFailed(true));
  };
  const title = verdict.rating === 0 ? words.rateTitle : verdict.feedback === "" ? words.rateThanks : words.rateDone;
  return (
    <section class="rating" aria-label={words.rateTitle}>
      <p class="rating-title" role="status">
        {title}
      </p>
      <div class="faces" role="group" aria-label={words.rateTitle}>
        {words.rate.map((word, at) => (
          <button
            type="button"
            key={word}
            class={`face f${at + 1}`}
            aria-pressed={verdict.rating === at + 1}
            disabled={verdict.feedback !== ""}
            onClick={() => rate(at + 1, "")}
          >
            <FaceIcon rating={at + 1} />
            <span>{word}</span>
          </button>
        ))}
      </div>
      {hasFailed && (
        <p class="fault" role="alert">
          {words.rateFailed}
        </p>
      )}
      {verdict.rating > 0 && verdict.feedback === "" && <Comment send={(text) => rate(verdict.rating, text)} />}
    </section>
  );
}

function Comment(props: { send: (text: string) => void }): JSX.Element {
  const words = useWords();
  const [text, setText] = useState("");
  return (
    <form
      class="comment"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") props.send(text.trim());
      }}
    >
      <textarea
        rows={2}
        maxLength={LONGEST_COMMENT}
        aria-label={words.rateComment}
        placeholder={words.rateComment}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="choice" disabled={text.trim() === ""}>
        {words.rateSend}
      </button>
    </form>
  );
}
