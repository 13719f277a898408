import { describe, expect, it } from "vitest";
import { countSms } from "@/features/conversations/sms";

describe("countSms", () => {
  it.each([
    ["", 1, 160],
    ["a".repeat(160), 1, 0],
    ["a".repeat(161), 2, 145],
    ["€".repeat(80), 1, 0],
    ["a".repeat(152) + "€€" + "a".repeat(152), 3, 150],
    ["單".repeat(71), 2, 63],
    ["😀".repeat(67), 3, 65],
    ["多謝 thank you", 1, 58],
  ])("counts %j", (text, segments, left) => {
    expect(countSms(text)).toEqual({ segments, left });
  });
});
