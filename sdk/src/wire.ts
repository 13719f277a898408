/** What the server's app API says and hears, word for word (docs/reference/app-openapi.json). */

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export interface Attachment {
  readonly id: string;
  readonly file_name: string;
  readonly content_type: string;
  readonly file_size: number;
  readonly url: string;
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
    readonly rating?: number | null;
    readonly activity?: string;
    readonly agent?: string;
    readonly [name: string]: unknown;
  };
  readonly attachments: readonly Attachment[];
  readonly status: string | null;
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

export interface Page {
  readonly payload: readonly Message[];
  readonly has_more: boolean;
  readonly unread_count: number;
  readonly cursor: number;
}

export interface Session {
  readonly contact: { readonly name: string; readonly email: string | null };
  readonly config: Config;
  readonly conversation: Conversation | null;
  readonly messages: readonly Message[];
  readonly has_more: boolean;
  readonly unread_count: number;
  readonly cursor: number;
}

export interface Posted {
  readonly message: Message;
  readonly conversation: Conversation;
}

export type Frame = { readonly id?: number } & (
  | { readonly event: "message.created" | "message.updated"; readonly data: Message }
  | { readonly event: "conversation.updated"; readonly data: Conversation }
  | { readonly event: "typing"; readonly data: { readonly on: boolean; readonly author_name?: string } }
  | { readonly event: "ready"; readonly cursor: number }
  | { readonly event: "reset" | "ping" }
);
