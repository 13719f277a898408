import { describe, expect, it } from "vitest";
import { holeAfter, joinNewest, UNSENT_SEQ, upsertMessage, upsertMessages } from "@/shared/message_log";
import { message } from "@/testing/views";

const log = [1, 2, 3].map((seq) => message({ id: seq * 10, seq }));

describe("one conversation's messages", () => {
  it("are in the order of seq, however they arrive", () => {
    const shuffled = upsertMessages([], [log[2]!, log[0]!, log[1]!]);
    expect(shuffled.map((each) => each.seq)).toEqual([1, 2, 3]);
  });
  it("hold each message once, however often it is told", () => {
    expect(upsertMessages(log, [...log, ...log])).toEqual(log);
  });
  it("replace what was just sent by what was stored, by echo", () => {
    const mine = message({ id: -5, seq: UNSENT_SEQ, echo_id: "e", status: "sending" });
    const stored = message({ id: 40, seq: 4, echo_id: "e", status: "sent" });
    expect(upsertMessage([...log, mine], stored)).toEqual([...log, stored]);
  });
  it("do not let a late report take a read mark back", () => {
    const read = message({ id: 40, seq: 4, status: "read" });
    expect(upsertMessage([read], { ...read, status: "sent" })[0]?.status).toBe("read");
    expect(upsertMessage([read], { ...read, status: "failed" })[0]?.status).toBe("failed");
  });
  it("let a retry leave the failed state", () => {
    const failed = message({ id: 40, seq: 4, status: "failed" });
    expect(upsertMessage([failed], { ...failed, status: "sending" })[0]?.status).toBe("sending");
  });
  it("show a hole, so that it is fetched", () => {
    expect(holeAfter(log)).toBe(null);
    expect(holeAfter([...log, message({ id: 60, seq: 6 })])).toBe(3);
  });
});

describe("a fresh newest page", () => {
  it("joins older pages that it touches", () => {
    const joined = joinNewest({ messages: log, has_more: true }, [message({ id: 40, seq: 4 })], true);
    expect(joined.messages.map((each) => each.seq)).toEqual([1, 2, 3, 4]);
    expect(joined.has_more).toBe(true);
  });
  it("replaces pages that it does not touch, rather than hide a hole", () => {
    const joined = joinNewest({ messages: log, has_more: false }, [message({ id: 90, seq: 9 })], true);
    expect(joined.messages.map((each) => each.seq)).toEqual([9]);
    expect(joined.has_more).toBe(true);
  });
  it("keeps what this browser has not sent yet, once", () => {
    const mine = message({ id: -1, seq: UNSENT_SEQ, echo_id: "e" });
    const kept = joinNewest({ messages: [...log, mine], has_more: false }, log, false);
    expect(kept.messages).toHaveLength(4);
    const stored = message({ id: 40, seq: 4, echo_id: "e" });
    expect(joinNewest(kept, [...log, stored], false).messages).toEqual([...log, stored]);
  });
});
