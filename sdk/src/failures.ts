/** Sorts every failure of a call into the kinds that a caller can act on. */

/** offline: never answered; busy: try later; unauthenticated: not known to the server; refused: final. */
export type FailureKind = "offline" | "busy" | "unauthenticated" | "refused";

export class ChatError extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly code: string,
    readonly retryAfterMs = 0,
  ) {
    super(code);
    this.name = "ChatError";
  }
}

/** What an answer that is no success means; `retryAfter` is its header of that name. */
export function failure(status: number, text: string, retryAfter: string | null): ChatError {
  const code = codeOf(text);
  if (status === 401) return new ChatError("unauthenticated", code);
  if (status === 408 || status === 429 || status >= 500) return new ChatError("busy", code, Number(retryAfter) * 1000 || 0);
  return new ChatError("refused", code);
}

function codeOf(text: string): string {
  try {
    return (JSON.parse(text) as { code?: string } | null)?.code ?? "error";
  } catch {
    return "error"; // a proxy's own page: there is no code in it
  }
}

/** For what is only courtesy: receipts and typing signals may be lost. */
export async function quietly<T>(task: Promise<T>): Promise<T | undefined> {
  try {
    return await task;
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  }
}
