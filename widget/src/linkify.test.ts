import { describe, expect, it } from "vitest";
import { linkify, safeAddress } from "./linkify";

const links = (text: string): string[] => linkify(text).flatMap((piece) => (piece.href === undefined ? [] : [piece.text]));

describe("linkify", () => {
  it("loses no character of the text", () => {
    const text = "見 https://a.example/x?y=1。再睇http://b.example,多謝 https://";
    expect(linkify(text).map((piece) => piece.text).join("")).toBe(text);
  });

  it("ends an address where Chinese text or punctuation begins", () => {
    expect(links("追蹤：https://sf.example/track?no=1可以睇到")).toEqual(["https://sf.example/track?no=1"]);
    expect(links("(https://a.example/b).")).toEqual(["https://a.example/b"]);
    expect(links("https://a.example/x_(y)")).toEqual(["https://a.example/x_(y)"]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example", "ftp://x.example"])(
    "leaves %s as text",
    (text) => expect(links(text)).toEqual([]),
  );

  it("does not link an address that pretends to be another with a sign-in before its host", () => {
    expect(links("https://bank.example@evil.example/")).toEqual([]);
    expect(safeAddress("https://user:secret@shop.example/")).toBeNull();
  });
});
