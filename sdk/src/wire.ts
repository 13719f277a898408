/** What the server's public APIs say and hear, word for word (docs/reference/app-openapi.json); the widget's too. */

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export interface Attachment {
  readonly id: string;
  readonly file_name: string;
  readonly content_type: string;
  readonly file_size: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly url: string;
  /** Whether its type is one that may be shown in place. */
  readonly inline: boolean;
}

export interface Message {
  readonly id: number;
  readonly conversation_id: number;
  /** Its place in its conversation. */
  readonly seq: number;
  readonly author: "me" | "bot" | "agent" | "system";
  readonly author_name: string;
  readonly content: string;
  readonly content_type: "text" | "input_select" | "input_csat" | "template";
  readonly content_attributes: {
    readonly items?: readonly Choice[];
    readonly submitted_value?: string;
    readonly rating?: number | null;
    readonly feedback_message?: string | null;
    readonly activity?: string;
    readonly agent?: string;
    readonly [name: string]: unknown;
  };
  readonly attachments: readonly Attachment[];
  readonly status: "sending" | "sent" | "delivered" | "read" | "failed" | null;
  readonly echo_id: string | null;
  readonly created_at: string;
}

export interface Conversation {
  readonly id: number;
  readonly status: "open" | "pending" | "snoozed" | "resolved";
  readonly owner: "bot" | "queued" | "human";
  readonly agent: { readonly name: string } | null;
  readonly contact_last_seen_seq: number;
}

export interface ConversationSummary {
  readonly id: number;
  readonly status: Conversation["status"];
  readonly created_at: string;
  readonly last_activity_at: string;
  readonly unread_count: number;
}

export type Localised = string | Readonly<Record<string, string>>;

export interface Config {
  readonly inbox_name: string;
  readonly bot_name: string;
  readonly greeting: Localised;
  readonly suggestions: readonly { readonly title: Localised; readonly value: string }[];
  readonly color: string;
  readonly locale: string;
  readonly csat_enabled: boolean;
  readonly max_attachment_bytes: number;
  readonly agent_available: boolean;
}

/** A stretch of messages, oldest first. */
export interface Stretch {
  readonly payload: readonly Message[];
  readonly has_more: boolean;
  readonly cursor: number;
}

export interface Page extends Stretch {
  readonly unread_count: number;
}

/** All that a talk needs to begin, as every client of it is told. */
export interface Beginning {
  readonly contact: { readonly name: string; readonly email: string | null; readonly identified: boolean };
  readonly config: Config;
  readonly conversation: Conversation | null;
  readonly messages: readonly Message[];
  readonly has_more: boolean;
  readonly cursor: number;
}

export interface Session extends Beginning {
  readonly unread_count: number;
}

/** A message on its way in; its id makes repeating it harmless. */
export interface Post {
  readonly echo_id: string;
  readonly content: string;
  readonly submitted_value?: string | undefined;
  readonly attachment_ids?: readonly string[] | undefined;
}

export interface Posted {
  readonly message: Message;
  readonly conversation: Conversation;
}

export type Frame = { readonly id?: number } & (
  | { readonly event: "message.created" | "message.updated"; readonly data: Message }
  | { readonly event: "conversation.updated"; readonly data: Conversation }
  | { readonly event: "typing"; readonly data: { readonly on: boolean; readonly author_name?: string | null } }
  | { readonly event: "ready"; readonly cursor: number }
  | { readonly event: "reset" | "ping" }
);
