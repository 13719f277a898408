/** Views of the page on delivery: the webhook log, the ledger by inbox, channel limits. */

export type Verdict = "refused" | "malformed" | "unsupported";

export interface WebhookCall {
  id: number;
  inbox_id: number;
  verdict: Verdict;
  reason: string;
  detail: string;
  calls: number;
  first_at: string;
  last_at: string;
  body_size: number;
  has_body: boolean;
  replayed_at: string | null;
}

export interface LoggedEvent {
  id: number;
  inbox_id: number;
  external_id: string;
  kind: string;
  outcome: "stored" | "applied" | "ignored" | "dropped";
  reason: string | null;
  received_at: string;
}

export interface CallsReplayed {
  calls: number;
  outcomes: Record<string, number>;
  failed: Record<string, string>;
}

export interface EventsReplayed {
  conversations: number;
  files: number;
}

export interface UnbalancedRow {
  kind: "stored_without_message" | "outgoing_without_delivery" | "waits_for_nothing";
  id: number;
  conversation_id: number | null;
  at: string;
}

export interface InboxLedger {
  inbox_id: number;
  name: string;
  channel: string;
  accepted: number;
  reports: number;
  ignored: number;
  dropped: number;
  refused_calls: number;
  settled: number;
  waiting: number;
  turns: Record<string, number>;
  deliveries: Record<string, number>;
  imbalance: number;
  unbalanced: UnbalancedRow[];
}

export interface LedgerReport {
  since: string;
  until: string;
  is_balanced: boolean;
  payload: InboxLedger[];
}

export interface InboxLimits {
  inbox_id: number;
  name: string;
  channel: string;
  paused_reason: string | null;
  max_text: number | null;
  max_buttons: number | null;
  media: Record<string, number> | null;
  reply_window_seconds: number | null;
  person_window_seconds: number | null;
  quota: number | null;
  has_templates: boolean;
  sent_in_a_day: number;
  waiting: number;
  /** The platform itself says how many messages are left. */
  reports_quota: boolean;
  answers: { code: string; count: number; at: string; until: string | null; detail: string }[];
}

/** What the other side of an inbox does not take now. */
export interface FailingCall {
  kind: "message" | "push" | "session";
  failures: number;
  since: string;
  last_at: string;
  error_code: string;
  error_detail: string;
}

export interface InboxHealth {
  inbox_id: number;
  name: string;
  channel: string;
  state: "ok" | "failing" | "paused";
  paused_at: string | null;
  paused_reason: string | null;
  receiver_state: string | null;
  receiver_reason: string | null;
  failing_calls: FailingCall[];
}

/** A push, or the owner of a session, that did not get through. */
export interface ChannelFailure {
  id: number;
  inbox_id: number;
  kind: "push" | "session";
  conversation_id: number;
  message_id: number | null;
  error_code: string;
  error_detail: string;
  attempts: number;
  first_at: string;
  last_at: string;
  over_at: string | null;
}
