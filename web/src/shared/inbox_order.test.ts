import { describe, expect, it } from "vitest";
import { belongs, reconcileOrder, upsertRow } from "@/shared/inbox_order";
import type { Filters } from "@/shared/query_keys";
import { conversation } from "@/testing/views";

const OPEN: Filters = { tab: "all", status: "open", inbox: null, label: null, q: "" };
const ME = 5;

describe("which list a conversation belongs in", () => {
  it("keeps mine and unassigned apart", () => {
    const mine = conversation({ assignee: { id: ME, name: "May" } });
    expect(belongs(mine, { ...OPEN, tab: "mine" }, ME)).toBe(true);
    expect(belongs(mine, { ...OPEN, tab: "unassigned" }, ME)).toBe(false);
    expect(belongs(conversation(), { ...OPEN, tab: "unassigned" }, ME)).toBe(true);
  });
  it("shows under the bot only what the bot answers", () => {
    const bots = conversation({ owner: "bot", status: "pending" });
    expect(belongs(bots, { ...OPEN, tab: "bot" }, ME)).toBe(true);
    expect(belongs(bots, OPEN, ME)).toBe(false);
    expect(belongs(conversation(), { ...OPEN, tab: "bot" }, ME)).toBe(false);
  });
  it("narrows by inbox and label and leaves free search to the server", () => {
    expect(belongs(conversation({ inbox_id: 2 }), { ...OPEN, inbox: 1 }, ME)).toBe(false);
    expect(belongs(conversation({ labels: ["vip"] }), { ...OPEN, label: "vip" }, ME)).toBe(true);
    expect(belongs(conversation(), { ...OPEN, q: "陳" }, ME)).toBe(null);
  });
});

describe("live rows", () => {
  const older = conversation({ id: 1, last_activity_at: "2026-11-22T10:00:00Z" });
  const newer = conversation({ id: 2, last_activity_at: "2026-11-22T11:00:00Z" });

  it("puts the row with the latest activity first", () => {
    const moved = { ...older, last_seq: 2, last_activity_at: "2026-11-22T12:00:00Z" };
    expect(upsertRow([newer, older], moved, OPEN, ME).map((row) => row.id)).toEqual([1, 2]);
  });
  it("drops a row that no longer fits", () => {
    expect(upsertRow([newer, older], { ...older, status: "resolved", owner_token: 2 }, OPEN, ME)).toEqual([newer]);
  });
  it("ignores news that is older than what is known", () => {
    const known = { ...older, last_seq: 9 };
    const rows = [newer, known];
    expect(upsertRow(rows, { ...older, last_seq: 8, status: "resolved" }, OPEN, ME)).toBe(rows);
  });
  it("is the same after the same event twice", () => {
    const once = upsertRow([older], newer, OPEN, ME);
    expect(upsertRow(once, newer, OPEN, ME)).toEqual(once);
  });
  it("never adds to a search result what only the server can judge", () => {
    const rows = [older];
    expect(upsertRow(rows, newer, { ...OPEN, q: "x" }, ME)).toBe(rows);
  });
});

describe("the order on screen", () => {
  it("follows the truth when nobody points at the list", () => {
    expect(reconcileOrder([1, 2], [3, 2, 1], false)).toEqual({ ids: [3, 2, 1], waiting: 0 });
  });
  it("moves nothing and counts what is new while it is pointed at", () => {
    expect(reconcileOrder([1, 2], [3, 2, 1], true)).toEqual({ ids: [1, 2], waiting: 1 });
  });
  it("keeps the place of a row that has left, so that nothing slides under the pointer", () => {
    expect(reconcileOrder([1, 2, 3], [1, 3], true).ids).toEqual([1, 2, 3]);
  });
  it("appends older rows that were loaded below", () => {
    expect(reconcileOrder([5, 4], [6, 5, 4, 3, 2], true)).toEqual({ ids: [5, 4, 3, 2], waiting: 1 });
  });
});
