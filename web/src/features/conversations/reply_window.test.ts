import { describe, expect, it } from "vitest";
import type { ReplyWindow } from "@/api/views";
import { filledIn, standingOf } from "@/features/conversations/reply_window";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const open: ReplyWindow = { state: "open", why: "", closes_at: "2026-11-23T09:00:00Z", remaining: null, has_templates: true };

describe("the reply window", () => {
  it("says nothing where the channel never closes, or not soon", () => {
    expect(standingOf(null, NOW)).toMatchObject({ isOpen: true, isShown: false });
    expect(standingOf(open, NOW)).toMatchObject({ isOpen: true, isShown: false });
  });
  it("counts down in its last hours and closes by the clock alone", () => {
    expect(standingOf(open, Date.parse("2026-11-23T08:30:00Z"))).toMatchObject({ isOpen: true, isShown: true, left: 30 * 60_000 });
    expect(standingOf(open, Date.parse("2026-11-23T09:00:00Z"))).toMatchObject({ isOpen: false, why: "window_over", hasTemplates: true });
  });
  it("shows how many messages are left, and why it is closed", () => {
    expect(standingOf({ ...open, remaining: 2 }, NOW)).toMatchObject({ isOpen: true, isShown: true, remaining: 2 });
    expect(standingOf({ ...open, state: "closed", why: "quota_used", remaining: 0 }, NOW)).toMatchObject({ isOpen: false, why: "quota_used" });
  });
  it("fills a template in, each place wherever it stands", () => {
    const template = { name: "hi", language: "zh_HK", body: "{{1}}你好，{{2}}已寄出。{{1}}", parameters: 2 };
    expect(filledIn(template, ["陳生", ""])).toBe("陳生你好，{{2}}已寄出。陳生");
  });
});
