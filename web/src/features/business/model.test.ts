import { describe, expect, it } from "vitest";
import type { Order, OrderStatus } from "@/api/set_up";
import { deedsFor, fieldsOf, nextLook } from "@/features/business/model";

const order = (status: OrderStatus, items: Order["items"] = [{ sku: "A", name: "A", qty: 1, price: "1" }]): Order => ({
  order_no: "HK25-1",
  status,
  items,
  total: null,
  currency: null,
  placed_at: null,
  shipment: null,
});

describe("what is offered for an order", () => {
  it("is to stop it before it leaves, and to send it back after it came", () => {
    expect(deedsFor(order("packing"))).toContain("cancel_order");
    expect(deedsFor(order("shipped"))).not.toContain("cancel_order");
    expect(deedsFor(order("delivered"))).toContain("request_return");
    expect(deedsFor(order("cancelled"))).toEqual([]);
  });
  it("is nothing on goods that may not be seen", () => {
    expect(deedsFor(order("delivered", null)).filter((deed) => fieldsOf(deed).includes("sku"))).toEqual([]);
  });
});

it("looks again for what was shown from memory, and not for ever", () => {
  expect([0, 1, 2, 3, 4].map(nextLook)).toEqual([false, 2_000, 4_000, 8_000, false]);
});
