/** Views of the understanding pages for unit tests, whole and typed. */
import type { Import, Pack } from "@/api/understanding";

export const pack: Pack = {
  name: "retail", title: { "zh-HK": "零售", "zh-Hans": "零售", en: "Retail" }, version: "1", languages: ["yue"], is_default: true,
  pack_examples: 100, own_examples: 12, active: { id: null, number: null, version: "v", is_pack_own: true },
  intents: [
    { name: "refund_status", kind: "request", title: { "zh-HK": "退款進度", "zh-Hans": "退款进度", en: "Refund status" }, pack_examples: 50, own_examples: 6 },
    { name: "order_status", kind: "request", title: { "zh-HK": "訂單進度", "zh-Hans": "订单进度", en: "Order status" }, pack_examples: 50, own_examples: 6 },
  ],
};

export function imported(part: Partial<Import> = {}): Import {
  return { dry_run: true, batch: null, encoding: "utf-8", lines: 0, valid: 0, known: 0, added: 0, faults: [], faults_total: 0, unknown_intents: [], preview: [], ...part };
}
