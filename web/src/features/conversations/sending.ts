/** Sending: the bubble is there at once under its echo id; the same echo id again is the same message. */
import { accountPath, http, ProblemError } from "@/api/http";
import type { AttachmentView, MessageView } from "@/api/views";
import { upsertMessage, UNSENT_SEQ, type MessageLog } from "@/shared/message_log";
import { keys } from "@/shared/query_keys";
import { newEcho } from "@/shared/echo";
import { Outbox } from "@/shared/outbox";
import type { Desk } from "@/shared/realtime";

export interface Outgoing {
  content: string;
  isPrivate: boolean;
  attachments: AttachmentView[];
  template?: { name: string; language: string; parameters: string[] };
}

/** Why a message is still on its way: it leaves by itself when the network is back. */
export const WAITING = "waiting_for_network";

interface Letter {
  desk: Desk;
  id: number;
  out: Outgoing;
  echo: string;
  shown: MessageView;
}

/** The body of a message this browser has not got an answer for, kept to send again. */
const unsent = new Map<string, Outgoing>();

export function canResend(message: MessageView): boolean {
  return message.echo_id !== null && unsent.has(message.echo_id);
}

function show(desk: Desk, message: MessageView): void {
  desk.client.setQueryData<MessageLog>(
    keys.messages(desk.account, message.conversation_id),
    (log) => log && { ...log, messages: upsertMessage(log.messages, message) },
  );
}

function bubble(desk: Desk, id: number, name: string, echo: string, out: Outgoing): MessageView {
  return {
    id: -desk.now(),
    conversation_id: id,
    seq: UNSENT_SEQ,
    message_type: "outgoing",
    sender: { type: "user", id: desk.me, name },
    content: out.content,
    content_type: out.template ? "template" : "text",
    content_attributes: {},
    private: out.isPrivate,
    status: "sending",
    status_reason: null,
    echo_id: echo,
    attachments: out.attachments,
    has_trace: false,
    created_at: new Date(desk.now()).toISOString(),
  };
}

export async function sendMessage(desk: Desk, id: number, name: string, out: Outgoing, echo = newEcho()) {
  const letter: Letter = { desk, id, out, echo, shown: bubble(desk, id, name, echo, out) };
  unsent.set(echo, out);
  if (outbox.isWaiting(id)) return outbox.add(letter);
  show(desk, letter.shown);
  await post(letter);
}

/** Send one message: shown as stored, as waiting for the network, or as failed (which is thrown). */
async function post(letter: Letter): Promise<boolean> {
  const { desk, id, out, echo, shown } = letter;
  try {
    const stored = await http.post<MessageView>(accountPath(desk.account, `conversations/${id}/messages`), {
      content: out.content,
      private: out.isPrivate,
      echo_id: echo,
      ...(out.template ? { template: out.template } : {}),
      attachment_ids: out.attachments.map((attachment) => attachment.id),
    });
    unsent.delete(echo);
    show(desk, stored);
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 0) {
      outbox.add(letter);
      return false;
    }
    const reason = error instanceof ProblemError ? error.code : "unknown";
    show(desk, { ...shown, status: "failed", status_reason: reason });
    throw error;
  }
}

const outbox = new Outbox<Letter>({
  post: (letter) => post(letter).catch(() => true),
  onWait: ({ desk, shown }) => show(desk, { ...shown, status_reason: WAITING }),
});

/** Try a failed message again: one that never left by its echo id, one the channel refused by the server. */
export async function retryMessage(desk: Desk, message: MessageView, name: string): Promise<void> {
  const out = message.echo_id ? unsent.get(message.echo_id) : undefined;
  if (out && message.echo_id) return sendMessage(desk, message.conversation_id, name, out, message.echo_id);
  show(desk, { ...message, status: "sending", status_reason: null });
  const path = `conversations/${message.conversation_id}/messages/${message.id}/retry`;
  try {
    const stored = await http.post<MessageView | undefined>(accountPath(desk.account, path));
    if (stored?.id === message.id) show(desk, stored);
  } catch (error) {
    show(desk, message);
    throw error;
  }
}
