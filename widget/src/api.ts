/** Speaks HTTP with the widget API and sorts every failure into the kinds a caller can act on. */

import type {
  AttachmentView,
  IdentifyRequest,
  MessagesReply,
  SendReply,
  SendRequest,
  SessionReply,
} from "./wire";

const PREFIX = "/public/api/v1/widget";
const TIMEOUT_MS = 20_000;

/** offline: never answered; busy: try later; unknown_visitor: the token is not ours; refused: final. */
export type FailureKind = "offline" | "busy" | "unknown_visitor" | "refused";

export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly code: string,
    readonly retryAfterMs = 0,
  ) {
    super(code);
    this.name = "ApiError";
  }
}

export interface PageFacts {
  readonly locale: string;
  readonly page_url: string;
  readonly page_title: string;
  readonly referrer: string;
}

export class Api {
  constructor(
    readonly baseUrl: string,
    private readonly websiteToken: string,
    private readonly visitorToken: () => string | null,
  ) {}

  session(page: PageFacts): Promise<SessionReply> {
    return this.call<SessionReply>("POST", "/session", { website_token: this.websiteToken, ...page });
  }

  messages(side: "before" | "after", seq: number): Promise<MessagesReply> {
    return this.call<MessagesReply>("GET", `/messages?${side}=${seq}&limit=30`);
  }

  send(body: SendRequest): Promise<SendReply> {
    return this.call<SendReply>("POST", "/messages", body);
  }

  async typing(on: boolean): Promise<void> {
    await this.call("POST", "/typing", { on });
  }

  async seen(seq: number): Promise<void> {
    await this.call("POST", "/seen", { seq });
  }

  async csat(messageId: number, rating: number, feedback: string): Promise<void> {
    await this.call("POST", "/csat", { message_id: messageId, rating, feedback_message: feedback });
  }

  async identify(body: IdentifyRequest): Promise<void> {
    await this.call("POST", "/identify", body);
  }

  async reset(): Promise<void> {
    await this.call("POST", "/reset", {});
  }

  /** Upload one file; XMLHttpRequest, because fetch cannot tell how far an upload has come. */
  upload(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<AttachmentView> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.baseUrl}${PREFIX}/attachments`);
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onerror = () => reject(new ApiError("offline", "network"));
      request.onabort = () => reject(new ApiError("refused", "aborted"));
      request.onload = () => {
        if (request.status < 300) resolve(JSON.parse(request.responseText) as AttachmentView);
        else reject(failure(request.status, codeOf(request.responseText), request.getResponseHeader("Retry-After")));
      };
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  private headers(): Record<string, string> {
    const token = this.visitorToken();
    return token === null ? {} : { "X-Kaitak-Visitor": token };
  }

  private async call<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    const init: RequestInit = {
      method,
      headers: { ...this.headers(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.baseUrl + PREFIX + path, init);
      text = await response.text();
    } catch {
      throw new ApiError("offline", "network");
    }
    if (!response.ok) throw failure(response.status, codeOf(text), response.headers.get("Retry-After"));
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

function failure(status: number, code: string, retryAfter: string | null): ApiError {
  const wait = Number(retryAfter) * 1000 || 0;
  if (status === 401 && code !== "identity_invalid") return new ApiError("unknown_visitor", code);
  if (status === 408 || status === 429 || status >= 500) return new ApiError("busy", code, wait);
  return new ApiError("refused", code);
}

function codeOf(text: string): string {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem === "object" && problem !== null && "code" in problem) return String(problem.code);
  } catch {
    // a proxy's own page: there is no code in it
  }
  return "error";
}

/** For what is only courtesy: typing signals and read marks may be lost. */
export async function quietly(task: Promise<void>): Promise<void> {
  try {
    await task;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
