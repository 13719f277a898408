/** What happened, in small print and in the reader's language. */
import type { MessageView } from "@/api/views";
import { useMaybeT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/conversations/components/thread.module.css";

/** The fields of an activity as words a sentence can hold. */
function wordsOf(message: MessageView): Record<string, string> {
  const words: Record<string, string> = { actor: message.content_attributes.actor?.name ?? message.sender.name ?? "" };
  for (const [name, value] of Object.entries(message.content_attributes)) {
    if (typeof value === "string" || typeof value === "number") words[name] = String(value);
    else if (Array.isArray(value)) words[name] = value.map(String).join("、");
    else if (typeof value === "object" && value !== null && "name" in value) words[name] = String(value.name);
  }
  return words;
}

export function Activity({ message }: { message: MessageView }) {
  const maybe = useMaybeT();
  const format = useFormat();
  const words = wordsOf(message);
  const kind = message.content_attributes.activity ?? "";
  const who = words["actor"] ? "" : "_by_system";
  if (words["until"]) words["until"] = format.dateTime(words["until"]);
  if (words["snoozed_until"]) words["until"] = format.dateTime(words["snoozed_until"]);
  if (words["reason"]) words["reason"] = maybe(`handoff.reason.${words["reason"]}`, words["reason"]);
  if (words["priority"]) words["priority"] = maybe(`priority.${words["priority"]}`, words["priority"]);
  const general = maybe(`activity.${kind}`, message.content, words);
  const text = who ? maybe(`activity.${kind}${who}`, general, words) : general;
  const isWhole = !/\{\w+\}/.test(text);
  return (
    <div className={styles.activity} data-activity={kind}>
      {isWhole ? text : message.content} <time dateTime={message.created_at}>{format.clock(message.created_at)}</time>
    </div>
  );
}
