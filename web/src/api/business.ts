/** What staff have the business system do, and the log of who looked, as the API says them. */

export type DeedName =
  | "cancel_order"
  | "change_address"
  | "change_delivery_slot"
  | "request_return"
  | "request_exchange"
  | "report_item"
  | "request_invoice";

/** A deed on an order; the fields depend on its action. */
export interface Deed {
  action: DeedName;
  order_no: string;
  [field: string]: string | number | null;
}

export interface DeedPrepared {
  key: string;
  token: string;
  expires_at: string;
}

export interface DeedResult {
  key: string;
  outcome: "done" | "refused" | "unknown";
  reason: string | null;
  reference: string | null;
}

export interface ToldAccess {
  id: number;
  at: string;
  outcome: string;
  told: Record<string, string>;
}
