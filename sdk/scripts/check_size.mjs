// Fails when the client is larger than what we promise, or imports anything.
import { readFileSync } from "node:fs";

const LIMIT = 10 * 1000;
const script = readFileSync(new URL("../dist/kaitak-app.js", import.meta.url), "utf-8");

console.log(`kaitak-app.js: ${script.length} bytes (limit ${LIMIT})`);
if (script.length > LIMIT) {
  console.error(`kaitak-app.js is ${script.length - LIMIT} bytes over its limit`);
  process.exit(1);
}
if (/^\s*import\b|\brequire\(/m.test(script)) {
  console.error("the client must depend on nothing, but imports something");
  process.exit(1);
}
