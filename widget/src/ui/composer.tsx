/** Where the customer writes: safe with input methods, keeps what was half written, takes files three ways. */

import type { JSX } from "../dom/vnode";
import { useEffect, useRef, useState } from "../dom/hooks";
import { ACCEPT, DEFAULT_LARGEST, MOST_FILES, sizeText } from "../files";
import { fill } from "../i18n/locales";
import type { Words } from "../i18n/words";
import type { AddFault } from "../uploads";
import { Chips } from "./chips";
import { useSurroundings, useTalkState, useWords } from "./context";
import { ClipIcon, SendIcon } from "./icons";

export const LONGEST_TEXT = 10_000;

export function Composer(props: { addFiles: (files: readonly File[]) => void; fault: string }): JSX.Element {
  const { talk, uploads, tab } = useSurroundings();
  const words = useWords();
  const [text, setText] = useState(tab.get("draft") ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    fit(field.current);
    return undefined;
  }, [text]);

  const isTooLong = text.length > LONGEST_TEXT;
  const canSend = (text.trim() !== "" || uploads.items.length > 0) && !isTooLong && !uploads.isBusy;

  function write(value: string): void {
    setText(value);
    tab.set("draft", value);
    if (value !== "") talk.typist.typed();
  }

  function send(): void {
    if (!canSend) return;
    talk.say(text.trim(), uploads.take());
    setText("");
    tab.remove("draft");
    field.current?.focus();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Chips />
      <Fault text={isTooLong ? fill(words.tooLong, { count: LONGEST_TEXT }) : props.fault} />
      <div class="field">
        <button type="button" class="tool" aria-label={words.attach} title={words.attach} onClick={() => picker.current?.click()}>
          <ClipIcon />
        </button>
        <input
          ref={picker}
          class="picker"
          type="file"
          multiple
          accept={ACCEPT}
          tabIndex={-1}
          aria-hidden="true"
          onChange={(event) => {
            props.addFiles([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={words.placeholder}
          placeholder={words.placeholder}
          enterkeyhint="send"
          onInput={(event) => write(event.currentTarget.value)}
          onBlur={() => talk.typist.stop()}
          onKeyDown={(event) => {
            if (isSendingKey(event)) {
              event.preventDefault();
              send();
            }
          }}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            props.addFiles(files);
          }}
        />
        <button type="submit" class="send" disabled={!canSend} aria-label={words.send} title={words.send}>
          <SendIcon />
        </button>
      </div>
    </form>
  );
}

function Fault(props: { text: string }): JSX.Element | null {
  if (props.text === "") return null;
  return (
    <p class="fault" role="alert">
      {props.text}
    </p>
  );
}

/** Enter sends, but never the Enter that picks a character: 229 is what Safari says just after composing. */
export function isSendingKey(event: Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "keyCode">): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229; // eslint-disable-line @typescript-eslint/no-deprecated -- nothing newer says it
}

/** What to tell the customer about a file that was not taken. */
export function useFaultText(): (fault: AddFault) => string {
  const words = useWords();
  const { config } = useTalkState();
  const texts = { file_type: words.fileType, file_empty: words.fileEmpty, file_too_large: words.fileTooLarge };
  return (fault) =>
    fault.fault === "too_many"
      ? fill(words.tooManyFiles, { count: MOST_FILES })
      : fill(texts[fault.fault] satisfies Words["fileType"], {
          name: fault.name,
          size: sizeText(config.max_attachment_bytes ?? DEFAULT_LARGEST),
        });
}

function fit(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
}
