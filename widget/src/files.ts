/** Which files the widget takes, checked before they travel; the server checks the bytes again. */

export const DEFAULT_LARGEST = 10 * 1024 * 1024;
export const MOST_FILES = 5;
export const ACCEPT =
  "image/png,image/jpeg,image/gif,image/webp,application/pdf,video/mp4,audio/mpeg,audio/ogg,audio/mp4,text/plain,text/csv,.doc,.docx,.xls,.xlsx";

const TYPES = new Set(ACCEPT.split(",").filter((item) => item.includes("/")));
const ENDINGS = ACCEPT.split(",").filter((item) => item.startsWith("."));

export type FileFault = "file_type" | "file_empty" | "file_too_large";

export function faultOf(file: { name: string; type: string; size: number }, largest: number): FileFault | null {
  const name = file.name.toLowerCase();
  if (!TYPES.has(file.type) && !ENDINGS.some((ending) => name.endsWith(ending))) return "file_type";
  if (file.size === 0) return "file_empty";
  return file.size > largest ? "file_too_large" : null;
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
