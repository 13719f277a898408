/** Views of the set-up pages and of the business panel. */
import type { Json } from "@/api/views";

export interface InboxView {
  id: number;
  name: string;
  channel: string;
  identifier: string;
  webhook_path: string;
  /** A text is paid by the SMS that carry it. */
  counts_sms: boolean;
  config: Record<string, Json> | null;
  /** Secrets made by this very request, shown this once. */
  generated: Record<string, string> | null;
  settings: InboxSettings;
  bot_enabled: boolean;
  csat_enabled: boolean;
  pack: string | null;
  settle_ms: number;
  member_ids: number[];
  paused_at: string | null;
  paused_reason: string | null;
  /** Until when the platform takes the credentials, where it tells. */
  credentials_end_at: string | null;
  /** How our own connection to the platform does, where there is one. */
  receiver: ReceiverView | null;
}

export interface ReceiverView {
  state: "waiting" | "connecting" | "receiving" | "failing";
  since: string;
  reason: string | null;
  next_try_at: string;
  received_at: string | null;
}

export interface InboxSettings {
  allowed_origins?: string[];
  color?: string;
  [name: string]: Json | undefined;
}

export interface JsonSchema {
  properties?: Record<string, JsonSchemaField>;
  required?: string[];
}

export interface JsonSchemaField {
  type?: string;
  format?: string;
  title?: string;
  description?: string;
  default?: Json;
  writeOnly?: boolean;
  generated?: boolean;
  advanced?: boolean;
  anyOf?: JsonSchemaField[];
  enum?: string[];
  maxLength?: number;
}

export interface ChannelView {
  name: string;
  config_schema: JsonSchema;
  capabilities: { is_pulled: boolean; proves_users: boolean; [name: string]: Json };
}

export interface AccessToken {
  id: number;
  name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at?: string | null;
}

export interface DeadLetter {
  id: number;
  conversation_id: number;
  message_id: number;
  inbox_id: number;
  status: "pending" | "sent" | "failed" | "unknown";
  attempts: number;
  content: string;
  error_code: string | null;
  error_detail: string | null;
  created_at: string;
  finished_at: string | null;
}

export interface Ledger {
  since: string;
  inbound: Record<string, number>;
  outbound: Record<string, number>;
  stored_without_message: number;
  outgoing_without_delivery: number;
  is_balanced: boolean;
}

export type OrderStatus =
  | "pending_payment"
  | "paid"
  | "packing"
  | "shipped"
  | "out_for_delivery"
  | "delivered"
  | "cancelled"
  | "returned";

export interface Shipment {
  carrier: string | null;
  tracking_no: string | null;
  status: string | null;
  eta: string | null;
  last_event: string | null;
  last_event_at: string | null;
}

export interface Order {
  order_no: string;
  status: OrderStatus;
  items: { sku: string; name: string; qty: number; price: string | number }[] | null;
  total: string | number | null;
  currency: string | null;
  placed_at: string | null;
  shipment: Shipment | null;
  withheld?: string[];
}

export interface CustomerProfile {
  customer_ref: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  tier: string | null;
  points: number | null;
  since: string | null;
  withheld?: string[];
}

export interface CustomerSnapshot {
  identity: { verified: boolean; evidence: string | null };
  profile: CustomerProfile | null;
  orders: Order[] | null;
  as_of: string | null;
  source: "live" | "cache" | null;
  /** The system was asked, failed, and this is what we remember. */
  stale: boolean;
  age_seconds: number | null;
  error: "unavailable" | "not_permitted" | "unknown_customer" | "not_connected" | null;
  took_ms: number;
}
