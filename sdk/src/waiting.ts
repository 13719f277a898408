/** What a message that waits to be sent has on every client: an id that keeps its place, and a way back from text. */

export interface Waiting {
  /** What makes repeating it harmless: the server stores one message for each. Ids sort as they were made. */
  readonly echo_id: string;
  readonly content: string;
  readonly created_at: string;
  /** Why the server refused it for good; it waits for its writer. */
  readonly failed?: string | undefined;
}

/** Makes ids that sort after all that this device made before, even when its clock goes back. */
export class EchoIds {
  private last = 0;

  next(now: number, waiting: readonly Waiting[]): string {
    const newest = Math.max(0, ...waiting.map((item) => Number(item.echo_id.slice(0, 15)) || 0));
    this.last = Math.max(now, this.last + 1, newest + 1);
    return `${this.last.toString().padStart(15, "0")}-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  }
}

/** A message as it was kept; null for anything else that lies there. */
export function readBack(text: string | null): Waiting | null {
  try {
    const item = JSON.parse(text ?? "null") as Waiting | null;
    return typeof item?.echo_id === "string" && typeof item.content === "string" ? item : null;
  } catch {
    return null;
  }
}
