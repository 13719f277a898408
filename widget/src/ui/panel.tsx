/** The open window: head, thread, composer; modal only where it covers the whole screen. */

import type { JSX } from "../dom/vnode";
import { useEffect, useRef, useState } from "../dom/hooks";
import { fill } from "../i18n/locales";
import { Composer, useFaultText } from "./composer";
import { useSurroundings, useTalkState, useWords } from "./context";
import { fitToKeyboard, holdFocus, isFullScreen, keepFocusInside } from "./full_screen";
import { BotIcon, CloseIcon } from "./icons";
import { initial } from "./bubble";
import { Thread } from "./thread";

const QUIET_MS = 2_500;

export function Panel(): JSX.Element {
  const { uploads, close, side } = useSurroundings();
  const words = useWords();
  const { config } = useTalkState();
  const panel = useRef<HTMLElement>(null);
  const [fault, setFault] = useState("");
  const [isDropping, setDropping] = useState(false);
  const faultText = useFaultText();
  useEffect(() => {
    const element = panel.current;
    if (element === null) return undefined;
    // on a phone the field's focus would cover half of the screen with the keyboard before anything was read
    (isFullScreen() ? element : element.querySelector("textarea"))?.focus({ preventScroll: true });
    const stops = [fitToKeyboard(element), holdFocus(element)];
    return () => stops.forEach((stop) => stop());
  }, []);

  function addFiles(files: readonly File[]): void {
    const found = uploads.add(files);
    setFault(found === null ? "" : faultText(found));
  }

  return (
    <section
      ref={panel}
      class={`panel ${side}`}
      role="dialog"
      aria-modal={isFullScreen()}
      aria-label={config.inbox_name ?? words.title}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.isComposing) {
          event.stopPropagation();
          close();
        } else if (event.key === "Tab" && isFullScreen() && panel.current !== null) keepFocusInside(event, panel.current);
      }}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes("Files") !== true) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (event.target === event.currentTarget) setDropping(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        addFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Head />
      <LineNote />
      <Thread />
      <Composer addFiles={addFiles} fault={fault} />
      {isDropping && (
        <div class="drop" onDragLeave={() => setDropping(false)}>
          {words.dropFiles}
        </div>
      )}
    </section>
  );
}

function Head(): JSX.Element {
  const { close } = useSurroundings();
  const { config, conversation } = useTalkState();
  const words = useWords();
  const isLive = conversation !== null && conversation.status !== "resolved";
  const agent = isLive && conversation.owner === "human" ? conversation.agent : null;
  return (
    <header class="head">
      <span class={`avatar ${agent === null ? "" : "person"}`} aria-hidden="true">
        {agent === null ? <BotIcon /> : initial(agent.name)}
      </span>
      <div class="head-text">
        <h2>{config.inbox_name ?? words.title}</h2>
        <p>{headLine()}</p>
      </div>
      <button type="button" class="close" aria-label={words.close} title={words.close} onClick={close}>
        <CloseIcon />
      </button>
    </header>
  );

  function headLine(): string {
    if (agent !== null) return fill(words.withPerson, { name: agent.name });
    if (isLive && conversation.owner === "queued") return words.queued;
    if (isLive) return words.withBot;
    return config.agent_available === false ? words.offlineHours : words.online;
  }
}

/** Says quietly that the line is down, once it has been down for longer than a blink. */
function LineNote(): JSX.Element {
  const { line } = useTalkState();
  const words = useWords();
  const isDown = line === "lost" || line === "connecting";
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isDown) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [isDown]);
  return (
    <p class="line-note" role="status">
      {isDown && isShown ? (navigator.onLine ? words.reconnecting : words.offline) : ""}
    </p>
  );
}
