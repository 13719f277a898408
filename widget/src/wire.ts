/** What the server's public widget API says and hears, word for word. */

export type Author = "me" | "bot" | "agent" | "system";
export type DeliveryStatus = "sending" | "sent" | "delivered" | "read" | "failed";

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export interface AttachmentView {
  readonly id: string;
  readonly file_name: string;
  readonly content_type: string;
  readonly file_size: number;
  readonly width?: number | null;
  readonly height?: number | null;
  readonly url?: string;
  readonly inline?: boolean;
}

export interface ContentAttributes {
  readonly items?: readonly Choice[];
  readonly submitted_value?: string;
  readonly activity?: string;
  readonly agent?: string;
  readonly rating?: number | null;
  readonly feedback_message?: string | null;
}

export interface WidgetMessage {
  readonly id: number;
  readonly seq: number;
  readonly conversation_id?: number;
  readonly author: Author;
  readonly author_name: string;
  readonly content: string;
  readonly content_type: string;
  readonly content_attributes: ContentAttributes;
  readonly attachments: readonly AttachmentView[];
  readonly status: DeliveryStatus | null;
  readonly echo_id: string | null;
  readonly created_at: string;
}

export interface ConversationState {
  readonly id: number;
  readonly status: "open" | "pending" | "snoozed" | "resolved";
  readonly owner: "bot" | "queued" | "human";
  readonly agent: { readonly name: string } | null;
  readonly contact_last_seen_seq: number;
}

export type Localised = string | Readonly<Record<string, string>>;

export interface WidgetConfig {
  readonly inbox_name?: string;
  readonly bot_name?: string;
  readonly greeting?: Localised | null;
  readonly suggestions?: readonly { readonly title: Localised; readonly value: string }[];
  readonly color?: string | null;
  readonly locale?: string | null;
  readonly csat_enabled?: boolean;
  readonly max_attachment_bytes?: number;
  readonly agent_available?: boolean;
}

export interface SessionReply {
  readonly visitor_token?: string | null;
  readonly contact: { readonly name: string | null; readonly email: string | null; readonly identified: boolean };
  readonly config: WidgetConfig;
  readonly conversation: ConversationState | null;
  readonly messages: readonly WidgetMessage[];
  readonly has_more: boolean;
  readonly cursor: number | null;
}

export interface MessagesReply {
  readonly payload: readonly WidgetMessage[];
  readonly has_more: boolean;
  readonly cursor: number | null;
}

export interface SendRequest {
  readonly echo_id: string;
  readonly content: string;
  readonly submitted_value?: string;
  readonly attachment_ids?: readonly string[];
  readonly page_url?: string;
}

export interface SendReply {
  readonly message: WidgetMessage;
  readonly conversation: ConversationState;
}

export interface Person {
  readonly name?: string;
  readonly email?: string;
  readonly phone_number?: string;
  readonly avatar_url?: string;
  readonly identifier_hash?: string;
}

export type CustomAttributes = Readonly<Record<string, string | number | boolean | null>>;

export interface IdentifyRequest {
  readonly identifier: string;
  readonly identifier_hash: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly phone_number: string | undefined;
  readonly custom_attributes: CustomAttributes;
}

export type StreamFrame = { readonly id?: number } & (
  | { readonly event: "message.created" | "message.updated"; readonly data: WidgetMessage }
  | { readonly event: "conversation.updated"; readonly data: ConversationState }
  | { readonly event: "typing"; readonly data: { readonly on: boolean; readonly author_name?: string | null } }
  | { readonly event: "ready"; readonly cursor: number | null }
  | { readonly event: "reset" | "ping" }
);
