/** One message: whose it is must be plain at a glance and to a screen reader. */

import type { JSX } from "../dom/vnode";
import { fill } from "../i18n/locales";
import type { Words } from "../i18n/words";
import type { Row } from "../rows";
import type { Pending } from "../state";
import type { Message } from "../../../sdk/src/wire";
import { Attachment } from "./attachment";
import { Choices } from "./choices";
import { useSurroundings, useTalkState, useWords } from "./context";
import { BotIcon, RetryIcon } from "./icons";
import { Rating } from "./rating";
import { Text } from "./text";

export function Bubble(props: { row: Extract<Row, { kind: "message" }> }): JSX.Element {
  const { message } = props.row;
  const words = useWords();
  if (message.content_type === "input_csat") {
    return (
      <li class="row other">
        <Rating message={message} />
      </li>
    );
  }
  if (message.author === "system") return <li class="system">{activityText(message, words)}</li>;
  return <Said row={props.row} />;
}

function Said(props: { row: Extract<Row, { kind: "message" }> }): JSX.Element {
  const { message, isFirst, isLast, showStatus } = props.row;
  const words = useWords();
  const isMine = message.author === "me";
  return (
    <li class={`row ${isMine ? "mine" : "other"} by-${message.author} ${isFirst ? "first" : ""}`}>
      {!isMine && <Avatar message={message} isShown={isFirst} />}
      <div class="stack">
        <Author message={message} isShown={isFirst && !isMine} />
        {message.content !== "" && (
          <div class="bubble">
            <Text text={message.content} />
          </div>
        )}
        {message.attachments.map((file) => (
          <Attachment key={file.id} file={file} />
        ))}
        {message.content_type === "input_select" && <Choices question={message} />}
        {(isLast || showStatus) && (
          <div class="meta">
            <Time at={message.created_at} />
            {showStatus && isMine && <span>{statusText(message, words)}</span>}
          </div>
        )}
      </div>
    </li>
  );
}

/** A message of this customer that the server has not confirmed. */
export function PendingBubble(props: { item: Pending }): JSX.Element {
  const { item } = props;
  const { talk } = useSurroundings();
  const { line, hasSession } = useTalkState();
  const words = useWords();
  const isOffline = line === "lost" || (!hasSession && line !== "idle");
  return (
    <li class={`row mine by-me first ${item.failed === undefined ? "waiting" : "failed"}`}>
      <div class="stack">
        <span class="hidden">{words.me}: </span>
        {item.content !== "" && (
          <div class="bubble">
            <Text text={item.content} />
          </div>
        )}
        {item.attachments.map((file) => (
          <Attachment key={file.id} file={file} />
        ))}
        {item.failed === undefined ? (
          <div class="meta">{item.stored ? words.sent : isOffline ? words.waiting : words.sending}</div>
        ) : (
          <button type="button" class="retry" onClick={() => talk.retry(item.echo_id)}>
            <RetryIcon />
            <strong>{words.failed}</strong> {words.retry}
          </button>
        )}
      </div>
    </li>
  );
}

function Avatar(props: { message: Message; isShown: boolean }): JSX.Element {
  const { author, author_name } = props.message;
  if (!props.isShown) return <span class="avatar empty" aria-hidden="true" />;
  return (
    <span class="avatar" aria-hidden="true">
      {author === "agent" ? initial(author_name) : <BotIcon />}
    </span>
  );
}

function Author(props: { message: Message; isShown: boolean }): JSX.Element {
  const { author, author_name } = props.message;
  const words = useWords();
  const name = nameOf(props.message, words);
  if (!props.isShown) return <span class="hidden">{name}: </span>;
  return (
    <div class="author">
      <span class="author-name">{name}</span>
      <span class="author-kind">{author !== "agent" ? words.botNote : author_name === "" ? "" : words.person}</span>
    </div>
  );
}

export function Time(props: { at: string }): JSX.Element {
  const { locale } = useWords();
  const at = new Date(props.at);
  return <time dateTime={props.at}>{at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hour12: false })}</time>;
}

export function nameOf(message: Pick<Message, "author" | "author_name">, words: Words): string {
  if (message.author === "me") return words.me;
  return message.author_name || (message.author === "agent" ? words.person : words.bot);
}

/** The first letter of a name; a Chinese name's surname. */
export function initial(name: string): string {
  return String.fromCodePoint(name.trim().codePointAt(0) ?? 0xb7).toUpperCase();
}

export function activityText(message: Message, words: Words): string {
  const { activity, agent } = message.content_attributes;
  const texts: Record<string, string> = {
    agent_joined: fill(words.joined, { name: agent || words.person }),
    resolved: words.resolved,
    reopened: words.reopened,
  };
  return texts[activity ?? ""] ?? message.content;
}

function statusText(message: Message, words: Words): string {
  const texts: Record<string, string> = {
    sending: words.sent,
    sent: words.sent,
    delivered: words.delivered,
    read: words.read,
    failed: words.failed,
  };
  return texts[message.status ?? ""] ?? "";
}
