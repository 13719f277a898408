/** The one way to the API: same origin, cookie session with CSRF header, problem JSON as a typed error. */

export interface ProblemBody {
  code: string;
  title?: string;
  detail?: string;
  status?: number;
  request_id?: string;
  errors?: { loc: (string | number)[]; msg: string }[];
  [field: string]: unknown;
}

/** What the server refused, and why; `status` 0 means that it could not be reached. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? body.code);
    this.status = status;
    this.code = body.code;
    this.body = body;
  }
}

export type Query = Record<string, string | number | boolean | string[] | null | undefined>;

const SAFE = new Set(["GET", "HEAD"]);
let onSignedOut: () => void = () => undefined;

/** Called once for every answer that says the session is over. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

export function csrfToken(): string {
  const match = /(?:^|;\s*)(?:__Host-|__Secure-)?kaitak_csrf=([^;]*)/.exec(document.cookie);
  return match?.[1] ? decodeURIComponent(match[1]) : "";
}

export function withQuery(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function problemOf(response: Response): Promise<ProblemError> {
  const fallback: ProblemBody = { code: `http_${response.status}`, title: response.statusText };
  const body: unknown = await response.json().catch(() => fallback);
  const isProblem = typeof body === "object" && body !== null && "code" in body;
  return new ProblemError(response.status, isProblem ? (body as ProblemBody) : fallback);
}

async function send<T>(method: string, path: string, body?: unknown, init?: RequestInit): Promise<T> {
  const headers = new Headers(init?.headers);
  headers.set("Accept", "application/json");
  if (!SAFE.has(method)) headers.set("X-Kaitak-CSRF", csrfToken());
  if (body !== undefined && !(body instanceof FormData)) headers.set("Content-Type", "application/json");
  const payload = body === undefined ? null : body instanceof FormData ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, { ...init, method, headers, body: payload, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError(0, { code: "unreachable" });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401 && !path.startsWith("/auth/")) onSignedOut();
    throw problem;
  }
  if (response.status === 204 || response.headers.get("Content-Length") === "0") return undefined as T;
  return (await response.json()) as T;
}

export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    send<T>("GET", withQuery(path, query), undefined, signal ? { signal } : undefined),
  post: <T>(path: string, body?: unknown) => send<T>("POST", path, body ?? {}),
  put: <T>(path: string, body?: unknown) => send<T>("PUT", path, body ?? {}),
  patch: <T>(path: string, body?: unknown) => send<T>("PATCH", path, body ?? {}),
  delete: <T>(path: string, body?: unknown) => send<T>("DELETE", path, body),
  /** Last words of a page that is going away. */
  beacon: (method: "PUT" | "DELETE" | "POST", path: string, body?: unknown) =>
    void send(method, path, body, { keepalive: true }).catch(() => undefined),
};

/** Upload with progress, which fetch cannot tell. */
export function upload<T>(path: string, file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", path);
    request.setRequestHeader("X-Kaitak-CSRF", csrfToken());
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new ProblemError(0, { code: "unreachable" }));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(new ProblemError(request.status, (request.response as ProblemBody | null) ?? { code: "upload_failed" }));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

export const accountPath = (account: number, rest: string): string => `/api/v1/accounts/${account}/${rest}`;
