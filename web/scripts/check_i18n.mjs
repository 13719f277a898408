// Checks the three dictionaries: same keys, same placeholders, nothing unused, no simplified characters in zh-HK.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const load = (name) => JSON.parse(readFileSync(join(root, "src/shared/i18n/locales", `${name}.json`), "utf8"));
const locales = { "zh-HK": load("zh-HK"), "zh-CN": load("zh-CN"), en: load("en") };
const faults = [];
const placeholders = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();

for (const [locale, texts] of Object.entries(locales)) {
  for (const key of Object.keys(locales.en)) {
    if (!texts[key]) faults.push(`${locale}: ${key} is missing or empty`);
    else if (placeholders(texts[key]) !== placeholders(locales.en[key])) faults.push(`${locale}: ${key} differs in {…}`);
  }
  for (const key of Object.keys(texts)) if (!(key in locales.en)) faults.push(`${locale}: ${key} is not in en`);
}
const simplifiedOnly = new Set("们这说发话请时间语见关闭处谁问题页录删标签转为团队员邮户");
for (const [key, text] of Object.entries(locales["zh-HK"])) {
  for (const letter of text) {
    if (simplifiedOnly.has(letter)) faults.push(`zh-HK: ${key} holds the simplified ${letter}`);
  }
}

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name) && !name.includes(".test.")) yield readFileSync(path, "utf8");
  }
}
const code = [...sources(join(root, "src"))].join("\n");
const families = [...code.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{/g)].map((match) => match[1]);
for (const key of Object.keys(locales.en)) {
  if (!code.includes(`"${key}"`) && !families.some((family) => key.startsWith(family))) faults.push(`${key} is never used`);
}
if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
