import { describe, expect, it } from "vitest";
import { authorOf, cannedQuery, draftOf, entriesOf, fillVariables, matchCanned, snoozeUntil } from "@/features/conversations/model";
import { conversation, message } from "@/testing/views";

describe("bubbles", () => {
  it("tell customer, person, bot, note and activity apart", () => {
    const user = { type: "user" as const, id: 1, name: "May" };
    expect(authorOf(message())).toBe("customer");
    expect(authorOf(message({ message_type: "outgoing", sender: user }))).toBe("person");
    expect(authorOf(message({ message_type: "outgoing", sender: { type: "bot", id: null, name: "" } }))).toBe("bot");
    expect(authorOf(message({ message_type: "outgoing", sender: user, private: true }))).toBe("note");
    expect(authorOf(message({ message_type: "activity" }))).toBe("activity");
  });
  it("begin each day with a rule and join what one author says within minutes", () => {
    const entries = entriesOf(
      [
        message({ id: 1, seq: 1, created_at: "2026-11-20T10:00:00Z" }),
        message({ id: 2, seq: 2, created_at: "2026-11-20T10:01:00Z" }),
        message({ id: 3, seq: 3, created_at: "2026-11-22T10:01:00Z" }),
      ],
      null,
    );
    expect(entries.map((entry) => (entry.kind === "message" ? [entry.isFirst, entry.isLast] : entry.kind))).toEqual([
      "day", [true, false], [false, true], "day", [true, true],
    ]);
  });
  it("mark once where the unread ones begin", () => {
    const entries = entriesOf([1, 2, 3].map((seq) => message({ id: seq, seq })), 1);
    expect(entries.map((entry) => entry.kind)).toEqual(["day", "message", "unread", "message", "message"]);
  });
});

describe("canned responses", () => {
  const responses = [
    { id: 1, short_code: "refund", content: "退款需時" },
    { id: 2, short_code: "hi", content: "你好 refund" },
  ];
  it("open after a slash at the start of a line and after two colons anywhere", () => {
    expect(cannedQuery("/re", 3)).toEqual({ word: "re", from: 0 });
    expect(cannedQuery("好\n/re", 5)).toEqual({ word: "re", from: 2 });
    expect(cannedQuery("你好 ::re", 7)).toEqual({ word: "re", from: 3 });
  });
  it("stay shut for a slash in the middle, an address, or a time", () => {
    expect(cannedQuery("和/或", 3)).toBe(null);
    expect(cannedQuery("http://x", 8)).toBe(null);
    expect(cannedQuery("/re fund", 8)).toBe(null);
  });
  it("rank a short code before a word in the text", () => {
    expect(matchCanned(responses, "RE").map(({ id }) => id)).toEqual([1, 2]);
  });
  it("fill what is known and leave visible what is not", () => {
    const text = fillVariables("{{contact.name}} {{ agent.name }} {{contact.email}} {{x}}", conversation(), "May");
    expect(text).toBe("陳大文 May {{contact.email}} {{x}}");
  });
});

describe("drafts and snoozing", () => {
  it("keep words, not blanks", () => {
    expect(draftOf(" \n", false)).toBe(null);
    expect(draftOf("好 ", true)).toEqual({ content: "好 ", private: true });
  });
  it("always choose a time ahead", () => {
    const sunday = new Date(2026, 10, 22, 23, 30);
    for (const preset of ["hour", "tomorrow", "monday"] as const) expect(snoozeUntil(preset, sunday) > sunday).toBe(true);
    expect(snoozeUntil("monday", sunday).getDay()).toBe(1);
    expect(snoozeUntil("monday", new Date(2026, 10, 23, 8)).getDate()).toBe(30);
  });
});
