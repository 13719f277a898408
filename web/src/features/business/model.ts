/** Pure: what an order's state means to the eye, and what can be done with it. */
import type { DeedName } from "@/api/business";
import type { Order, OrderStatus } from "@/api/set_up";

export type Tone = "moving" | "done" | "waiting" | "off";

const TONES: Record<OrderStatus, Tone> = {
  pending_payment: "waiting",
  paid: "moving",
  packing: "moving",
  shipped: "moving",
  out_for_delivery: "moving",
  delivered: "done",
  cancelled: "off",
  returned: "off",
};

export function toneOf(status: OrderStatus): Tone {
  return TONES[status] ?? "waiting";
}

const BEFORE_LEAVING: DeedName[] = ["change_delivery_slot", "change_address", "cancel_order"];
const AFTER_ARRIVAL: DeedName[] = ["request_return", "request_exchange", "report_item", "request_invoice"];

/** What is worth offering; the business system has the last word. */
const OFFERED: Record<OrderStatus, DeedName[]> = {
  pending_payment: BEFORE_LEAVING,
  paid: [...BEFORE_LEAVING, "request_invoice"],
  packing: [...BEFORE_LEAVING, "request_invoice"],
  shipped: ["change_delivery_slot", "request_invoice"],
  out_for_delivery: ["request_invoice"],
  delivered: AFTER_ARRIVAL,
  cancelled: [],
  returned: ["request_invoice"],
};

export type Field = "reason" | "address" | "day" | "slot" | "sku" | "qty" | "wanted_sku" | "problem" | "note" | "email";

const FIELDS: Record<DeedName, Field[]> = {
  cancel_order: ["reason"],
  change_address: ["address"],
  change_delivery_slot: ["day", "slot"],
  request_return: ["sku", "qty", "reason"],
  request_exchange: ["sku", "qty", "wanted_sku", "reason"],
  report_item: ["sku", "qty", "problem", "note"],
  request_invoice: ["email"],
};
const OPTIONAL: ReadonlySet<Field> = new Set<Field>(["reason", "note", "email"]);

export const SLOTS = { morning: "10:00-13:00", afternoon: "14:00-18:00", evening: "18:00-21:00" } as const;

export const fieldsOf = (deed: DeedName): Field[] => FIELDS[deed];
export const isOptional = (field: Field): boolean => OPTIONAL.has(field);

/** Deeds for an order; those on goods need to know the goods. */
export function deedsFor(order: Order): DeedName[] {
  const hasGoods = (order.items?.length ?? 0) > 0;
  return (OFFERED[order.status] ?? []).filter((deed) => hasGoods || !FIELDS[deed].includes("sku"));
}

/** Milliseconds until a snapshot that came from memory is looked for again; a system that is down is left alone soon. */
export function nextLook(staleLooks: number): number | false {
  return staleLooks > 0 && staleLooks <= 3 ? 1_000 * 2 ** staleLooks : false;
}
