/** Speaks HTTP with the app API; asks the app for a new identity token when the server no longer takes the old one. */

import { ChatError, failure } from "./failures";

const TIMEOUT_MS = 20_000;

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
    if (!response.ok) throw failure(response.status, text, response.headers.get("Retry-After"));
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
