/** Views for unit tests, whole and typed. */
import type { ConversationView, MessageView } from "@/api/views";

export function conversation(part: Partial<ConversationView> = {}): ConversationView {
  return {
    id: 1, inbox_id: 1, channel: "web_widget", status: "open", owner: "queued", owner_token: 1, priority: null,
    assignee: null, team: null, labels: [], unread_count: 0, last_seq: 1, agent_last_seen_seq: 0,
    contact_last_seen_seq: 0, waiting_since: null, queued_at: null, first_reply_created_at: null, snoozed_until: null,
    resolved_at: null, last_activity_at: "2026-11-22T10:00:00Z", created_at: "2026-11-22T09:00:00Z",
    contact: { id: 7, name: "陳大文", email: null, phone_number: null, identifier: null, verified: false, locale: null },
    last_message: null, mood: null, handoff: null, csat: null, custom_attributes: {}, reply_window: null,
    ...part,
  };
}

export function message(part: Partial<MessageView> = {}): MessageView {
  return {
    id: 1, conversation_id: 1, seq: 1, message_type: "incoming", sender: { type: "contact", id: 7, name: "陳大文" },
    content: "你好", content_type: "text", content_attributes: {}, private: false, status: "sent", status_reason: null,
    echo_id: null, attachments: [], has_trace: false, created_at: "2026-11-22T10:00:00Z",
    ...part,
  };
}
