import { describe, expect, it } from "vitest";
import { framed, textLines } from "@/features/conversations/original";

describe("a mail's original", () => {
  it("stands in a page that fetches nothing, and opens links elsewhere", () => {
    const page = framed('<p>hello</p><img src="cid:logo" alt="x"><img src="data:image/png;base64,AA==">', 'a"b>c');
    expect(page).toContain("default-src 'none'; img-src data:");
    expect(page).not.toContain("cid:");
    expect(page).toContain('<img src="data:');
    expect(page).toContain('<base target="_blank">');
    expect(page).toContain('nonce="abc"');
    expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<p>hello"));
  });
  it("tells what is quoted, line by line", () => {
    expect(textLines("new\r\n> old\n＞舊\n\n").map(({ line, isQuoted }) => [line, isQuoted])).toEqual([["new", false], ["> old", true], ["＞舊", true]]);
  });
});
