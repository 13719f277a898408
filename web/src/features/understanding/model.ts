/** What the understanding pages make of the server's answers. Pure. */
import type { Locale } from "@/api/views";
import type { FoundEntity, Job, Model, Pack, PlacedLine, Report, Title } from "@/api/understanding";

const TITLES: Record<Locale, keyof Title> = { "zh-HK": "zh-HK", "zh-CN": "zh-Hans", en: "en" };

export function titleIn(title: Title, locale: Locale): string {
  return title[TITLES[locale]];
}

/** Names of intents as people read them; an intent that the pack no longer has keeps its name. */
export function titlesOf(pack: Pack, locale: Locale): (intent: string) => string {
  const known = new Map(pack.intents.map(({ name, title }) => [name, titleIn(title, locale)]));
  return (intent) => known.get(intent) ?? intent;
}

export const isUnderWay = (job: Job): boolean => job.status === "waiting" || job.status === "running";

export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)}%`;
}

/** Part of a message: plain, or a value that was found in it. */
export interface Part {
  text: string;
  entity: FoundEntity | null;
}

/** The message cut at its values. The server counts whole characters, so an emoji is one; overlaps go to the first. */
export function partsOf(text: string, entities: readonly FoundEntity[]): Part[] {
  const letters = Array.from(text);
  const parts: Part[] = [];
  let at = 0;
  const add = (from: number, to: number, entity: FoundEntity | null) => {
    if (to > from) parts.push({ text: letters.slice(from, to).join(""), entity });
  };
  for (const entity of [...entities].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (entity.start < at || entity.end > letters.length) continue;
    add(at, entity.start, null);
    add(entity.start, entity.end, entity);
    at = entity.end;
  }
  add(at, letters.length, null);
  return parts;
}

/** "我想退貨 (0.83)" as a line and how near it is. */
export function nearestOf(detail: string): { text: string; similarity: number | null } {
  const found = /^(.*) \((\d(?:\.\d+)?)\)$/s.exec(detail);
  return found?.[1] !== undefined ? { text: found[1], similarity: Number(found[2]) } : { text: detail, similarity: null };
}

/** What the account can change itself comes before what is only the pack's; otherwise the order stays. */
export function ownFirst<T>(items: readonly T[], linesOf: (item: T) => readonly PlacedLine[]): T[] {
  const isOwn = (item: T) => linesOf(item).some((line) => line.is_own);
  return [...items.filter(isOwn), ...items.filter((item) => !isOwn(item))];
}

/** The words that a mood was read from, without the model's own scores: "long_wait: 咁耐" → 咁耐. */
export function wordsOfMood(evidence: readonly string[]): string[] {
  return [...new Set(evidence.flatMap((each) => (each.includes(": ") ? [each.slice(each.indexOf(": ") + 2)] : [])))];
}

export interface HeatRow {
  intent: string;
  lines: number;
  right: number;
  cells: { readAs: string; lines: number; share: number; samples: string[] }[];
  others: number;
}

export const HEAT_SIZE = 8;

/** The intents with most errors among the confusions, and how often each is read as each of the others. */
export function heatOf(report: Pick<Report, "confusions" | "intents">, size = HEAT_SIZE): HeatRow[] {
  const errors = new Map<string, number>();
  for (const { intent, read_as: readAs, lines } of report.confusions) {
    errors.set(intent, (errors.get(intent) ?? 0) + lines);
    errors.set(readAs, (errors.get(readAs) ?? 0) + lines / 1000);
  }
  const worst = [...errors].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, size).map(([intent]) => intent);
  const figures = new Map(report.intents.map((each) => [each.intent, each]));
  return worst.map((intent) => {
    const own = figures.get(intent);
    const cells = worst.map((readAs) => {
      const found = report.confusions.find((each) => each.intent === intent && each.read_as === readAs);
      if (readAs === intent) return { readAs, lines: Math.round((own?.recall ?? 0) * (own?.lines ?? 0)), share: own?.recall ?? 0, samples: [] };
      return { readAs, lines: found?.lines ?? 0, share: found?.share ?? 0, samples: found?.samples ?? [] };
    });
    const shown = cells.reduce((sum, cell) => sum + cell.share, 0);
    return { intent, lines: own?.lines ?? 0, right: own?.recall ?? 0, cells, others: Math.max(0, 1 - shown) };
  });
}

/** What the pack's own model reached on the lines of a version that was weighed against it. */
export function packOwnAccuracy(models: readonly Model[]): number | null {
  const weighed = models.find(({ gate }) => gate.against.is_pack_own);
  return weighed?.gate.measures.find(({ measure }) => measure === "cross_validation")?.active ?? null;
}

export type Section = "models" | "examples" | "audit" | "report" | "try";
export const SECTIONS: Section[] = ["models", "examples", "audit", "report", "try"];
export const CSV_BYTES = 512 * 1024;
export const LONGEST_LINE = 500;
export const LONGEST_MESSAGE = 5_000;

/** Whether a wrongly read line is looked for: by its words or by either intent. */
export function matchesWrong(row: Report["wrong"][number], q: string, title: (intent: string) => string): boolean {
  const wanted = q.trim().toLowerCase();
  return [row.text, row.intent, row.read_as, title(row.intent), title(row.read_as)].some((text) => text.toLowerCase().includes(wanted));
}
