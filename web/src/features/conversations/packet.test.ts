import { expect, test } from "vitest";
import type { Handoff } from "@/api/views";
import { moodLine, packetOf } from "@/features/conversations/packet";

const handoff = (packet: Handoff["packet"]): Handoff => ({ id: 1, reason: "anger", summary: "摘要", packet, read_at: null, created_at: "2026-11-23T06:00:00Z" }) as Handoff;

test("values in force come first, corrected ones are kept behind them", () => {
  const found = packetOf(
    handoff({
      slots: [
        { name: "order_no", value: "HK25-1", provenance: "said", turn: 1, withdrawn: true },
        { name: "order_no", value: "HK25-2", provenance: "corrected", turn: 2, withdrawn: false },
        { name: "", value: "x" },
      ],
      suggested_replies: ["一", "二", "三", "四", 5],
      asked_and_answered: [{ turn: 1, said: "喺邊", replied: "邊張單？", intent: null, sentiment: "neutral", emotion: "calm" }],
    }),
  );
  expect(found.slots.map(({ value, isWithdrawn }) => [value, isWithdrawn])).toEqual([["HK25-2", false], ["HK25-1", true]]);
  expect(found.replies).toEqual(["一", "二", "三"]);
  expect(found.exchanges[0]?.said).toBe("喺邊");
});

test("a packet that holds nothing, or something else, shows nothing", () => {
  expect(packetOf(handoff({ slots: "?", mood_course: null })).slots).toEqual([]);
  expect(moodLine([{ turn: 1, sentiment: "positive", emotion: "" }, { turn: 2, sentiment: "negative", emotion: "" }])).toEqual([{ x: 0, y: 0 }, { x: 1, y: 1 }]);
});
