/** What the knowledge pages work out by themselves: validity, differences between versions, files in portions. Pure. */
import type { Article, ImportFault, KnowledgeImport } from "@/api/knowledge";

export const SECTIONS = ["articles", "gaps", "sites", "help_centre"] as const;
export type Section = (typeof SECTIONS)[number];
export const LOCALES = ["zh-HK", "zh-Hans", "en"] as const;
export const AUDIENCES = ["public", "internal"] as const;
export const VALIDITIES = ["current", "upcoming", "expired"] as const;
export type Validity = (typeof VALIDITIES)[number];
export const FILE_BYTES = 2 * 1024 * 1024;
export const FILES = 200;
export const LONGEST_TITLE = 300;
export const ACCEPTED = ".md,.markdown,.txt,.html,.htm,.csv,.docx,.xlsx,.pdf";

/** A day as the server writes it, where the person sits. */
export function today(now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export function validityOf(article: Pick<Article, "valid_from" | "valid_to">, day: string): Validity {
  if (article.valid_from !== null && article.valid_from > day) return "upcoming";
  return article.valid_to !== null && article.valid_to < day ? "expired" : "current";
}

export function isReviewDue(article: Pick<Article, "review_at">, day: string): boolean {
  return article.review_at !== null && article.review_at <= day;
}

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
  /** Where the changed part of a line that was rewritten begins and ends. */
  from: number;
  to: number;
}

const LARGEST_TABLE = 4_000_000;

/** Line by line what a text lost and gained; in a rewritten line also which part of it. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const whole = (kind: DiffLine["kind"]) => (text: string) => ({ kind, text, from: 0, to: kind === "same" ? 0 : text.length });
  return [
    ...a.slice(0, start).map(whole("same")),
    ...markParts(middle(a.slice(start, a.length - end), b.slice(start, b.length - end))),
    ...a.slice(a.length - end).map(whole("same")),
  ];
}

function middle(a: string[], b: string[]): DiffLine[] {
  const line = (kind: DiffLine["kind"], text: string) => ({ kind, text, from: 0, to: kind === "same" ? 0 : text.length });
  if (a.length * b.length > LARGEST_TABLE) return [...a.map((text) => line("removed", text)), ...b.map((text) => line("added", text))];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push(line("same", a[i] ?? ""));
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      found.push(line("removed", a[i] ?? ""));
      i += 1;
    } else {
      found.push(line("added", b[j] ?? ""));
      j += 1;
    }
  }
  return found;
}

/** Where a run of removed lines stands before as many added ones, each pair is one rewritten line. */
function markParts(lines: DiffLine[]): DiffLine[] {
  const found = lines.map((line) => ({ ...line }));
  for (let at = 0; at < found.length; at += 1) {
    if (found[at]?.kind !== "removed") continue;
    let gone = at;
    while (found[gone]?.kind === "removed") gone += 1;
    let come = gone;
    while (found[come]?.kind === "added") come += 1;
    if (gone - at === come - gone) for (let n = 0; n < gone - at; n += 1) markPart(found[at + n], found[gone + n]);
    at = come - 1;
  }
  return found;
}

function markPart(old: DiffLine | undefined, fresh: DiffLine | undefined): void {
  if (!old || !fresh) return;
  const [a, b] = [old.text, fresh.text];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  [old.from, old.to] = [start, a.length - end];
  [fresh.from, fresh.to] = [start, b.length - end];
}

/** Files in portions that one request takes, so that a long import shows how far it is. */
export function portionsOf(files: readonly File[], most = 5, bytes = 6 * 1024 * 1024): File[][] {
  const found: File[][] = [];
  let size = 0;
  for (const file of files) {
    const last = found.at(-1);
    if (!last || last.length >= most || size + file.size > bytes) {
      found.push([file]);
      size = file.size;
    } else {
      last.push(file);
      size += file.size;
    }
  }
  return found;
}

export function joined(parts: KnowledgeImport[]): Pick<KnowledgeImport, "articles" | "faults"> {
  const articles = parts.flatMap((part) => part.articles);
  const seen = new Map<string, string>();
  const clashes: ImportFault[] = [];
  const kept = articles.filter(({ key, file }) => {
    const other = seen.get(key);
    if (other === undefined) seen.set(key, file);
    else clashes.push({ file, line: 1, detail: `${other} has the id ${key} too`, remedy: "give each article its own id" });
    return other === undefined;
  });
  return { articles: kept, faults: [...parts.flatMap((part) => part.faults), ...clashes] };
}
