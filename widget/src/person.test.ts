import { beforeEach, describe, expect, it, vi } from "vitest";
import { ChatError } from "../../sdk/src/failures";
import type { Api } from "./api";
import { Identity } from "./person";
import { openStore } from "./storage";

describe("who the visitor is", () => {
  const identify = vi.fn<(body: object) => Promise<void>>(() => Promise.resolve());
  const events = {
    hasSession: () => true,
    forget: vi.fn(() => Promise.resolve()),
    identified: vi.fn(),
    failed: vi.fn(),
  };
  const fresh = (): Identity => new Identity({ identify } as unknown as Api, openStore("localStorage", "shop"), events);

  beforeEach(() => {
    localStorage.clear();
    vi.clearAllMocks();
  });

  it("is never sent without the shop's signature", async () => {
    const identity = fresh();
    identity.setUser("42", { name: "Tai Man" });
    identity.setUser("", { identifier_hash: "aa" });
    await identity.send();
    expect(identify).not.toHaveBeenCalled();
    expect(events.failed.mock.calls).toEqual([["identity_required"], ["identifier_missing"]]);
  });

  it("is sent once for the same facts, also on the next page", async () => {
    for (const identity of [fresh(), fresh()]) {
      identity.setUser("42", { name: "Tai Man", identifier_hash: "aa" });
      await identity.send();
    }
    expect(identify).toHaveBeenCalledTimes(1);
    expect(identify.mock.calls[0]?.[0]).toMatchObject({ identifier: "42", identifier_hash: "aa", name: "Tai Man" });
    expect(events.forget).not.toHaveBeenCalled();
  });

  it("begins anew for another person at the same browser", async () => {
    const identity = fresh();
    identity.setUser("42", { identifier_hash: "aa" });
    await identity.send();
    identity.setUser("43", { identifier_hash: "bb" });
    await identity.send();
    expect(events.forget).toHaveBeenCalledTimes(1);
    expect(identify).toHaveBeenCalledTimes(2);
  });

  it("reports a signature that the server refuses", async () => {
    identify.mockRejectedValueOnce(new ChatError("refused", "identity_invalid"));
    const identity = fresh();
    identity.setUser("42", { identifier_hash: "wrong" });
    await identity.send();
    expect(events.failed).toHaveBeenCalledWith("identity_invalid");
    expect(events.identified).not.toHaveBeenCalled();
  });

  it("carries the page's own attributes", async () => {
    const identity = fresh();
    identity.setAttributes({ tier: "gold" });
    identity.setUser("42", { identifier_hash: "aa" });
    await identity.send();
    expect(identify.mock.calls[0]?.[0]).toMatchObject({ custom_attributes: { tier: "gold" } });
  });
});
