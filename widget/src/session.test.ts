import { beforeEach, describe, expect, it, vi } from "vitest";
import { ChatError } from "../../sdk/src/failures";
import type { Api } from "./api";
import { Session } from "./session";
import { openStore } from "./storage";
import type { SessionReply } from "./wire";

const reply = (token: string | null): SessionReply => ({ visitor_token: token }) as SessionReply;

describe("the session", () => {
  const disk = openStore("localStorage", "shop");
  const ask = vi.fn<() => Promise<SessionReply>>();
  const events = { page: vi.fn(), opened: vi.fn(), unreachable: vi.fn(), refused: vi.fn() };
  let session: Session;

  beforeEach(() => {
    localStorage.clear();
    vi.resetAllMocks();
    session = new Session({ session: ask } as unknown as Api, disk, "lock", events);
  });

  it("keeps the token that a new visitor is given", async () => {
    ask.mockResolvedValueOnce(reply("t1"));
    expect(await session.open()).toBe(true);
    expect(session.visitorToken).toBe("t1");
    ask.mockResolvedValueOnce(reply(null));
    await session.open();
    expect(session.visitorToken).toBe("t1");
  });

  it("is asked for once when several want it at once", async () => {
    ask.mockResolvedValueOnce(reply("t1"));
    await Promise.all([session.open(), session.open()]);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("begins anew even while the old one is being opened", async () => {
    disk.set("visitor", "old");
    ask.mockResolvedValueOnce(reply(null)).mockResolvedValueOnce(reply("new"));
    const underWay = session.open();
    await session.renew();
    await underWay;
    expect(session.visitorToken).toBe("new");
  });

  it("begins anew when the server does not know the token", async () => {
    disk.set("visitor", "forgotten");
    ask.mockRejectedValueOnce(new ChatError("unauthenticated", "visitor_unknown")).mockResolvedValueOnce(reply("new"));
    expect(await session.open()).toBe(true);
    expect(session.visitorToken).toBe("new");
  });

  it("tries again by itself when nobody answers, and gives up when refused", async () => {
    vi.useFakeTimers();
    ask.mockRejectedValueOnce(new ChatError("offline", "network")).mockResolvedValueOnce(reply("t1"));
    expect(await session.open()).toBe(false);
    expect(events.unreachable).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.visitorToken).toBe("t1");
    ask.mockRejectedValue(new ChatError("refused", "origin_refused"));
    await session.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.refused.mock.calls).toEqual([["origin_refused"]]);
    vi.useRealTimers();
  });
});
