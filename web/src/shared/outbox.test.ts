import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox } from "@/shared/outbox";

const letter = (id: number, echo: string) => ({ id, echo });

describe("the outbox", () => {
  let isOnline = false;
  let posted: string[] = [];
  let shown: string[] = [];
  const make = () =>
    new Outbox<{ id: number; echo: string }>({
      post: (each) => {
        if (isOnline) posted.push(each.echo);
        return Promise.resolve(isOnline);
      },
      onWait: (each) => shown.push(each.echo),
    });

  beforeEach(() => {
    vi.useFakeTimers();
    isOnline = false;
    posted = [];
    shown = [];
  });
  afterEach(() => vi.useRealTimers());

  it("sends what waits once and in order when the network returns", async () => {
    const outbox = make();
    outbox.add(letter(1, "a"));
    outbox.add(letter(1, "b"));
    outbox.add(letter(1, "a"));
    expect(outbox.isWaiting(1)).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toEqual([]);
    isOnline = true;
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toEqual(["a", "b"]);
    expect(outbox.isWaiting(1)).toBe(false);
  });

  it("tries by itself when no event tells that the network is back", async () => {
    const outbox = make();
    outbox.add(letter(1, "a"));
    isOnline = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(posted).toEqual(["a"]);
  });

  it("says of every letter that it waits, and of another conversation that nothing does", () => {
    const outbox = make();
    outbox.add(letter(1, "a"));
    expect(shown).toEqual(["a"]);
    expect(outbox.isWaiting(2)).toBe(false);
  });
});
