import { describe, expect, it } from "vitest";
import { contrast, parseColour, readableOn, type Rgb, textOn } from "./colour";
import { themeStyle } from "./theme";

const GRID: Rgb[] = [0, 51, 102, 153, 204, 255].flatMap((r) =>
  [0, 51, 102, 153, 204, 255].flatMap((g) => [0, 51, 102, 153, 204, 255].map((b): Rgb => [r, g, b])),
);

describe("contrast", () => {
  it("is 21 between black and white", () => expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21));

  it("keeps 4.5:1 for text on any colour of the shop", () => {
    for (const colour of GRID) expect(contrast(textOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
  });

  it("finds a readable shade of any colour on light and dark grounds", () => {
    for (const colour of GRID) {
      for (const ground of [[255, 255, 255], [24, 28, 32]] as Rgb[]) {
        expect(contrast(readableOn(colour, ground), ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

it("reads hex colours only, so that no text of a page gets into the style sheet", () => {
  expect(parseColour("#0e7")).toEqual([0, 238, 119]);
  for (const text of ["red", "#12", "#0e7c86;}*{display:none", "url(x)", ""]) expect(parseColour(text)).toBeNull();
  expect(themeStyle(["}*{display:none}"])).toContain("#0e7c86");
});

it("draws text of its own properties readable in both schemes, whatever the colour", () => {
  for (const colour of ["#ffd400", "#000000", "#ffffff", "#c0392b", "#777777"]) {
    for (const block of themeStyle([colour]).split("}").slice(0, 2)) {
      const value = (name: string): Rgb => parseColour(new RegExp(`--${name}:(#\\w+)`).exec(block)?.[1] ?? "") as Rgb;
      expect(contrast(value("on-fill"), value("fill"))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(value("accent"), value("tint"))).toBeGreaterThanOrEqual(4.5);
    }
  }
});
