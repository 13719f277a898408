import { describe, expect, it } from "vitest";
import { faultOf, sizeText } from "./files";
import { cleanBaseUrl } from "./settings";
import { isSendingKey } from "./ui/composer";

describe("files", () => {
  it.each([
    ["a.png", "image/png", 10, null],
    ["合約.pdf", "application/pdf", 10, null],
    ["a.DOCX", "", 10, null],
    ["a.svg", "image/svg+xml", 10, "file_type"],
    ["a.html", "text/html", 10, "file_type"],
    ["a.exe", "", 10, "file_type"],
    ["a.png", "image/png", 0, "file_empty"],
    ["a.png", "image/png", 101, "file_too_large"],
  ] as const)("%s of %s and %i bytes: %s", (name, type, size, fault) => expect(faultOf({ name, type, size }, 100)).toBe(fault));

  it("says sizes as people do", () => expect([12, 2048, 10 * 1024 * 1024].map(sizeText)).toEqual(["12 B", "2 KB", "10.0 MB"]));
});

describe("the sending key", () => {
  const enter = { key: "Enter", shiftKey: false, isComposing: false, keyCode: 13 };

  it("is Enter", () => expect(isSendingKey(enter)).toBe(true));
  it("is not the Enter that picks a character", () => {
    expect(isSendingKey({ ...enter, isComposing: true })).toBe(false);
    expect(isSendingKey({ ...enter, keyCode: 229 })).toBe(false);
  });
  it("is not Shift+Enter", () => expect(isSendingKey({ ...enter, shiftKey: true })).toBe(false));
});

describe("the server's address", () => {
  it.each([
    ["https://a.example/", "https://a.example"],
    ["https://a.example/kaitak/?x#y", "https://a.example/kaitak"],
    ["javascript:alert(1)", null],
    ["https://", null],
  ])("%s: %s", (text, expected) => expect(cleanBaseUrl(text)).toBe(expected));
});
