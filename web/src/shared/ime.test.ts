import { describe, expect, it } from "vitest";
import { meansSend } from "@/shared/ime";

const enter = { key: "Enter", shiftKey: false, altKey: false, keyCode: 13, isComposing: false };

describe("Enter", () => {
  it("sends", () => expect(meansSend(enter)).toBe(true));
  it("breaks the line with Shift", () => expect(meansSend({ ...enter, shiftKey: true })).toBe(false));
  it("chooses a word while an input method composes", () => expect(meansSend({ ...enter, isComposing: true })).toBe(false));
  it("chooses a word in browsers that end the composition first and report 229", () =>
    expect(meansSend({ ...enter, keyCode: 229 })).toBe(false));
  it("is the only key that sends", () => expect(meansSend({ ...enter, key: "a" })).toBe(false));
});
