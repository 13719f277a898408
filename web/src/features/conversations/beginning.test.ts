import { describe, expect, it } from "vitest";
import type { Way } from "@/api/views";
import { keyOf, wayOf } from "@/features/conversations/beginning";

const way = (inbox: number, state: Way["state"], why: Way["why"] = ""): Way => ({
  inbox_id: inbox, inbox_name: "", channel: "email", source_id: `a${inbox}`, state, why, conversation: null, has_subject: true, has_templates: false, is_shown: true,
});

describe("the way to begin with", () => {
  it("is the one that was chosen, else one that takes words, else one that takes a template, never a closed one", () => {
    const ways = [way(1, "closed", "withdrawn"), way(2, "template", "window_over"), way(3, "open"), way(4, "open")];
    expect(wayOf(ways, null)?.inbox_id).toBe(3);
    expect(wayOf(ways, keyOf(way(4, "open")))?.inbox_id).toBe(4);
    expect(wayOf(ways, keyOf(way(1, "closed")))?.inbox_id).toBe(3);
    expect(wayOf(ways.slice(0, 2), null)?.inbox_id).toBe(2);
    expect(wayOf(ways.slice(0, 1), null)).toBeNull();
  });
});
