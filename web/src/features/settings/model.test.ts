import { describe, expect, it } from "vitest";
import { embedCode, fieldsOf, filled, isEndNear } from "@/features/settings/model";

describe("a channel's form", () => {
  it("draws what people fill in and leaves out what the server makes", () => {
    const fields = fieldsOf({
      required: ["secret"],
      properties: {
        secret: { type: "string", format: "password", writeOnly: true, generated: true },
        webhook_url: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
        token: { type: "string", format: "password" },
        headers: { type: "object" },
        api_base: { type: "string", advanced: true },
        page_id: { type: "string" },
      },
    });
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([["webhook_url", "text", false], ["token", "secret", false], ["page_id", "text", false], ["api_base", "text", false]]);
  });
  it("sends what was filled in; an empty secret stays as it is, and a text that was emptied is as it was at first", () => {
    const fields = fieldsOf({ properties: { token: { type: "string", format: "password" }, sender: { type: "string", default: "" }, subject: { type: "string", default: "{words}" }, user: { type: "string" } } });
    const before = { token: "****", sender: "Harbour", subject: "#{number}", url: "https://w" };
    expect(filled({ token: "", url: "https://x", flag: false, sender: "", subject: undefined, user: "" }, fields, before)).toEqual({ url: "https://x", flag: false, sender: "", subject: "{words}" });
  });
  it("gives one script tag", () => {
    expect(embedCode("https://k.example", { identifier: "abc" })).toBe('<script src="https://k.example/widget.js" data-website-token="abc" async></script>');
  });
});

describe("credentials", () => {
  it("are told of two weeks before they end, and afterwards", () => {
    const now = Date.parse("2026-11-24T00:00:00Z");
    expect([null, "2026-12-09T00:00:00Z", "2026-12-07T00:00:00Z", "2026-11-01T00:00:00Z"].map((at) => isEndNear(at, now))).toEqual([false, false, true, true]);
  });
});
