/** Pure: what an order's state means to the eye. */
import type { OrderStatus } from "@/api/set_up";

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
