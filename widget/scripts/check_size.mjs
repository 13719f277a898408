// Fails when the widget is larger than what we promise to a shop's page, or loads anything besides itself.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 25 * 1000;
const folder = new URL("../dist/", import.meta.url);
const script = readFileSync(new URL("widget.js", folder));
const size = gzipSync(script, { level: 9 }).length;
const others = readdirSync(folder).filter((name) => name !== "widget.js");

console.log(`widget.js: ${script.length} bytes, ${size} gzipped (limit ${LIMIT})`);
if (size > LIMIT) {
  console.error(`widget.js is ${size - LIMIT} bytes over its limit`);
  process.exit(1);
}
if (others.length > 0) {
  console.error(`the build must be one file, but wrote also: ${others.join(", ")}`);
  process.exit(1);
}
