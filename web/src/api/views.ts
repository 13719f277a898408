/** The views the API answers with, as the contract words them; times are ISO-8601 UTC. */

export type Role = "administrator" | "supervisor" | "agent";
export type Availability = "online" | "busy" | "offline";
export type Status = "open" | "pending" | "snoozed" | "resolved";
export type Owner = "bot" | "queued" | "human";
export type Priority = "low" | "medium" | "high" | "urgent";
export type Locale = "zh-HK" | "zh-CN" | "en";
export type MessageStatus = "sending" | "sent" | "delivered" | "read" | "failed";
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Named {
  id: number;
  name: string;
}

export interface UiSettings {
  theme?: "light" | "dark" | "system";
  language?: Locale;
  panel_hidden?: boolean;
  shortcuts?: Record<string, string>;
}

export interface UserView {
  id: number;
  name: string;
  email: string;
  locale: string;
  ui_settings: UiSettings;
}

export interface Membership {
  id: number;
  name: string;
  role: Role;
  availability: Availability;
  locale: string;
  timezone: string;
}

export interface MeView {
  user: UserView;
  accounts: Membership[];
}

export interface Mood {
  sentiment: "negative" | "neutral" | "positive";
  emotion: "angry" | "anxious" | "disappointed" | "sarcastic" | "satisfied" | "calm";
  urgency: "high" | "normal" | "low";
}

export interface Handoff {
  id: number;
  reason: string;
  summary: string | null;
  packet: Record<string, Json>;
  read_at: string | null;
  created_at: string;
}

export interface ContactLite {
  id: number;
  name: string;
  email: string | null;
  phone_number: string | null;
  identifier: string | null;
  verified: boolean;
  locale: string | null;
}

export interface ContactView extends ContactLite {
  custom_attributes: Record<string, Json>;
  company: Named | null;
  blocked: boolean;
  last_activity_at: string;
  created_at: string;
}

export interface MessageLite {
  id: number;
  seq: number;
  message_type: MessageView["message_type"];
  sender_type: Sender["type"];
  content: string;
  private: boolean;
  created_at: string;
}

export interface ConversationView {
  id: number;
  inbox_id: number;
  channel: string;
  status: Status;
  owner: Owner;
  owner_token: number;
  priority: Priority | null;
  assignee: Named | null;
  team: Named | null;
  labels: string[];
  unread_count: number;
  last_seq: number;
  agent_last_seen_seq: number;
  contact_last_seen_seq: number;
  waiting_since: string | null;
  queued_at: string | null;
  first_reply_created_at: string | null;
  snoozed_until: string | null;
  resolved_at: string | null;
  last_activity_at: string;
  created_at: string;
  contact: ContactLite;
  last_message: MessageLite | null;
  mood: Mood | null;
  handoff: Handoff | null;
  csat: { rating: number; feedback_message: string | null } | null;
  custom_attributes: Record<string, Json>;
  /** Null where the channel never closes. */
  reply_window: ReplyWindow | null;
}

/** Whether the channel takes a message of a person now, and why not. */
export interface ReplyWindow {
  state: "open" | "template" | "closed";
  why: "" | "window_over" | "quota_used" | "never_wrote";
  closes_at: string | null;
  remaining: number | null;
  has_templates: boolean;
}

/** An inbox and one of a customer's addresses there, by which they can be written to first, or why not. */
export interface Way {
  inbox_id: number;
  inbox_name: string;
  channel: string;
  source_id: string;
  state: "open" | "template" | "closed";
  why: ReplyWindow["why"] | "withdrawn" | "taken" | "paused" | "conversation_open";
  conversation: number | null;
  has_subject: boolean;
  has_templates: boolean;
  /** The address is one that people can read. */
  is_shown: boolean;
}

export interface MessageTemplate {
  name: string;
  language: string;
  body: string;
  parameters: number;
}

export interface Sender {
  type: "contact" | "user" | "bot" | "system";
  id: number | null;
  name: string | null;
}

export interface AttachmentView {
  id: string;
  file_name: string;
  content_type: string;
  file_size: number;
  width: number | null;
  height: number | null;
  url: string;
  inline: boolean;
  /** A small picture without the original's metadata, once it is drawn. */
  thumbnail_url?: string | null;
  transcript_state?: "waiting" | "done" | "failed" | null;
  expired_at?: string | null;
}

export interface Option {
  title: string;
  value: string;
}

export interface ContentAttributes {
  items?: Option[];
  submitted_value?: string;
  activity?: string;
  actor?: Named | null;
  in_reply_to?: number;
  /** When the customer wrote, where the platform brought it late. */
  said_at?: string;
  /** With which we began a mail. */
  subject?: string;
  [field: string]: unknown;
}

export interface MessageView {
  id: number;
  conversation_id: number;
  seq: number;
  message_type: "incoming" | "outgoing" | "activity" | "template";
  sender: Sender;
  content: string;
  content_type: "text" | "input_select" | "input_csat" | "template";
  content_attributes: ContentAttributes;
  private: boolean;
  status: MessageStatus;
  status_reason: string | null;
  echo_id: string | null;
  attachments: AttachmentView[];
  has_trace: boolean;
  created_at: string;
}

export interface ConversationPage {
  data: {
    meta: { mine_count: number; unassigned_count: number; all_count: number; next_cursor: string | null };
    payload: ConversationView[];
  };
  stream_cursor: number;
}

export interface MessagePage {
  payload: MessageView[];
  has_more: boolean;
  stream_cursor: number;
}

export interface Trace {
  understanding: Record<string, Json>;
  trace: Json[];
  outcome: string;
}

/** A mail as it came; `html` is sanitised and belongs in a sandboxed frame. */
export interface MailOriginal {
  subject: string;
  sender: { name: string; address: string };
  reply_to: string;
  to: string[];
  sent_at: string;
  message_id: string;
  text: string;
  html: string;
  is_cut: boolean;
}

export interface Draft {
  content: string;
  private: boolean;
}

export interface Agent {
  id: number;
  name: string;
  email: string;
  role: Role;
  availability: Availability;
}

export interface Team {
  id: number;
  name: string;
  description: string;
  member_ids: number[];
}

export interface Label {
  title: string;
  description: string;
  color: string;
}

export interface CannedResponse {
  id: number;
  short_code: string;
  content: string;
}
