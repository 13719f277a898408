/** Speaks HTTP with the widget API and sorts every failure into the kinds a caller can act on. */

import { ChatError, failure } from "../../sdk/src/failures";
import type { Attachment, Posted, Stretch } from "../../sdk/src/wire";
import type { IdentifyRequest, SessionReply, WidgetPost } from "./wire";

const PREFIX = "/public/api/v1/widget";
const TIMEOUT_MS = 20_000;

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

  messages(side: "before" | "after", seq: number): Promise<Stretch> {
    return this.call<Stretch>("GET", `/messages?${side}=${seq}&limit=30`);
  }

  send(body: WidgetPost): Promise<Posted> {
    return this.call<Posted>("POST", "/messages", body);
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
  upload(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<Attachment> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.baseUrl}${PREFIX}/attachments`);
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onerror = () => reject(new ChatError("offline", "network"));
      request.onabort = () => reject(new ChatError("refused", "aborted"));
      request.onload = () => {
        if (request.status < 300) resolve(JSON.parse(request.responseText) as Attachment);
        else reject(failed(request.status, request.responseText, request.getResponseHeader("Retry-After")));
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
      throw new ChatError("offline", "network");
    }
    if (!response.ok) throw failed(response.status, text, response.headers.get("Retry-After"));
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

/** A shop's wrong signature is told to the shop's own code; no new session would mend it. */
function failed(status: number, text: string, retryAfter: string | null): ChatError {
  const error = failure(status, text, retryAfter);
  return error.code === "identity_invalid" ? new ChatError("refused", error.code) : error;
}
