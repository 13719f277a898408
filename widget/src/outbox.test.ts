import { beforeEach, describe, expect, it } from "vitest";
import { Outbox } from "./outbox";
import { openStore } from "./storage";

const DRAFT = { attachments: [], page_url: "https://shop.example/" };

describe("the outbox", () => {
  beforeEach(() => localStorage.clear());

  it("keeps the order of writing, even within one millisecond and when the clock goes back", () => {
    const clock = [1000, 1000, 500, 2000];
    const outbox = new Outbox(openStore("localStorage", "shop"), () => clock.shift() ?? 0);
    for (const content of ["one", "two", "three", "four"]) outbox.add({ content, ...DRAFT });
    expect(outbox.all().map((item) => item.content)).toEqual(["one", "two", "three", "four"]);
  });

  it("survives a reload", () => {
    new Outbox(openStore("localStorage", "shop"), Date.now).add({ content: "wait for me", ...DRAFT });
    const afterReload = new Outbox(openStore("localStorage", "shop"), Date.now);
    expect(afterReload.head()?.content).toBe("wait for me");
  });

  it("loses nothing when two tabs write at once", () => {
    const [one, other] = [new Outbox(openStore("localStorage", "shop"), () => 5), new Outbox(openStore("localStorage", "shop"), () => 5)];
    one.add({ content: "from one", ...DRAFT });
    other.add({ content: "from the other", ...DRAFT });
    one.add({ content: "again from one", ...DRAFT });
    expect(other.all().map((item) => item.content)).toEqual(["from one", "from the other", "again from one"]);
  });

  it("does not mix two website tokens", () => {
    new Outbox(openStore("localStorage", "shop"), Date.now).add({ content: "for the shop", ...DRAFT });
    expect(new Outbox(openStore("localStorage", "bank"), Date.now).all()).toEqual([]);
  });

  it("steps over a refused message and tries it again under its old id", () => {
    const outbox = new Outbox(openStore("localStorage", "shop"), Date.now);
    const first = outbox.add({ content: "too long", ...DRAFT });
    const second = outbox.add({ content: "fine", ...DRAFT });
    outbox.fail(first.echo_id, "invalid");
    expect(outbox.head()?.echo_id).toBe(second.echo_id);
    outbox.retry(first.echo_id);
    expect(outbox.head()?.echo_id).toBe(first.echo_id);
  });

  it("passes over what it cannot read", () => {
    localStorage.setItem("kaitak:shop:out:000", "{broken");
    expect(new Outbox(openStore("localStorage", "shop"), Date.now).all()).toEqual([]);
  });

  it("works from memory when the browser's storage is full", () => {
    const store = openStore("localStorage", "shop");
    const write = localStorage.setItem.bind(localStorage);
    Object.defineProperty(localStorage, "setItem", {
      configurable: true,
      value: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    try {
      const outbox = new Outbox(store, Date.now);
      outbox.add({ content: "kept", ...DRAFT });
      expect(outbox.head()?.content).toBe("kept");
    } finally {
      Object.defineProperty(localStorage, "setItem", { configurable: true, value: write });
    }
  });
});
