/** The colours of the window as style text, worked out from the shop's one colour for light and for dark. */

import { HARBOUR_TEAL, mix, parseColour, readableOn, type Rgb, textOn, toHex } from "./colour";

const LIGHT: Rgb = [255, 255, 255];
const DARK: Rgb = [24, 28, 32];

/** Custom properties for both schemes; only numbers that we computed ourselves get into it. */
export function themeStyle(colours: readonly (string | null | undefined)[]): string {
  const chosen = colours.map((text) => parseColour(text ?? "")).find((colour) => colour !== null);
  const brand = chosen ?? (parseColour(HARBOUR_TEAL) as Rgb);
  return `${block(":host", brand, LIGHT, 1.2)}${block(":host([data-scheme=dark])", brand, DARK, 2.2)}`;
}

function block(selector: string, brand: Rgb, ground: Rgb, fillContrast: number): string {
  const fill = readableOn(brand, ground, fillContrast);
  const tint = mix(ground, fill, ground === LIGHT ? 0.1 : 0.2);
  const properties = {
    fill,
    "on-fill": textOn(fill),
    accent: readableOn(brand, tint, 4.5),
    edge: readableOn(brand, ground, 3),
    tint,
    "tint-edge": mix(ground, fill, 0.35),
  };
  const text = Object.entries(properties).map(([name, colour]) => `--${name}:${toHex(colour)}`);
  return `${selector}{${text.join(";")}}`;
}
