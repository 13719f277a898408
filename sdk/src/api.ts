/** Speaks HTTP with the app API; asks the app for a new identity token when the server no longer takes the old one. */

const TIMEOUT_MS = 20_000;

/** offline: never answered; busy: try later; unauthenticated: no token helps; refused: final. */
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

export class Api {
  private readonly root: string;
  private pending: Promise<string> | null = null;

  constructor(
    baseUrl: string,
    appId: string,
    private readonly askToken: () => Promise<string>,
  ) {
    this.root = `${baseUrl.replace(/\/+$/, "")}/public/api/v1/app/${encodeURIComponent(appId)}`;
  }

  get streamUrl(): string {
    return `${this.root.replace(/^http/, "ws")}/stream`;
  }

  /** The identity token in use; one question to the app at a time. */
  token(): Promise<string> {
    this.pending ??= this.askToken().catch(() => {
      this.pending = null;
      throw new ChatError("offline", "token_unavailable");
    });
    return this.pending;
  }

  /** Ask for another token next time. */
  renew(): void {
    this.pending = null;
  }

  async call<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
    const isForm = body instanceof FormData;
    const init = {
      method,
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    };
    const headers = body === undefined || isForm ? {} : { "Content-Type": "application/json" };
    const used = this.token();
    let response = await this.once(path, init, headers, await used);
    if (response.status === 401) {
      if (this.pending === used) this.renew();
      response = await this.once(path, init, headers, await this.token());
    }
    const text = await response.text().catch(() => {
      throw new ChatError("offline", "network");
    });
    if (!response.ok) throw failure(response, text);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  private async once(path: string, init: RequestInit, headers: Record<string, string>, token: string): Promise<Response> {
    try {
      return await fetch(this.root + path, {
        ...init,
        headers: { ...headers, Authorization: `Bearer ${token}` },
        credentials: "omit",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new ChatError("offline", "network");
    }
  }
}

function failure(response: Response, text: string): ChatError {
  const { status } = response;
  if (status === 401) return new ChatError("unauthenticated", codeOf(text));
  if (status === 408 || status === 429 || status >= 500) {
    return new ChatError("busy", codeOf(text), Number(response.headers.get("Retry-After")) * 1000 || 0);
  }
  return new ChatError("refused", codeOf(text));
}

function codeOf(text: string): string {
  try {
    return (JSON.parse(text) as { code?: string }).code ?? "error";
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
