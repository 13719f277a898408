/** Files on their way: checked, sent to the server at once, and kept beside the composer until the message goes. */

import { ChatError } from "../../sdk/src/failures";
import type { Api } from "./api";
import { type FileFault, faultOf, MOST_FILES } from "./files";
import type { Attachment } from "../../sdk/src/wire";

export interface Upload {
  readonly key: number;
  readonly file: File;
  readonly progress: number;
  readonly state: "uploading" | "done" | "failed";
  readonly view?: Attachment;
}

export type AddFault = { readonly name: string; readonly fault: FileFault } | { readonly fault: "too_many" };

export class Uploads {
  items: readonly Upload[] = [];
  private nextKey = 1;
  private readonly aborts = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly api: Api,
    private readonly hasSession: () => Promise<boolean>,
    private readonly largest: () => number,
  ) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Take what may be taken; returns the first reason why something was left out. */
  add(files: readonly File[]): AddFault | null {
    let fault: AddFault | null = null;
    for (const file of files) {
      const found = faultOf(file, this.largest());
      if (found !== null) fault ??= { name: file.name, fault: found };
      else if (this.items.length >= MOST_FILES) fault ??= { fault: "too_many" };
      else void this.start({ key: this.nextKey++, file, progress: 0, state: "uploading" });
    }
    return fault;
  }

  retry(key: number): void {
    const item = this.items.find((upload) => upload.key === key);
    if (item?.state === "failed") void this.start({ ...item, progress: 0, state: "uploading" });
  }

  remove(key: number): void {
    this.aborts.get(key)?.abort();
    this.change(this.items.filter((upload) => upload.key !== key));
  }

  get isBusy(): boolean {
    return this.items.some((upload) => upload.state !== "done");
  }

  /** Hand over what is uploaded, and start empty. */
  take(): Attachment[] {
    const views = this.items.map((upload) => upload.view).filter((view) => view !== undefined);
    this.change([]);
    return views;
  }

  private async start(upload: Upload): Promise<void> {
    this.put(upload);
    const abort = new AbortController();
    this.aborts.set(upload.key, abort);
    try {
      if (!(await this.hasSession())) throw new ChatError("offline", "no_session");
      const view = await this.api.upload(
        upload.file,
        (progress) => this.update(upload.key, { progress }),
        abort.signal,
      );
      this.update(upload.key, { state: "done", progress: 1, view });
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.update(upload.key, { state: "failed" });
    } finally {
      this.aborts.delete(upload.key);
    }
  }

  private put(upload: Upload): void {
    const known = this.items.some((item) => item.key === upload.key);
    this.change(known ? this.items.map((item) => (item.key === upload.key ? upload : item)) : [...this.items, upload]);
  }

  /** Change an upload that is still wanted. */
  private update(key: number, change: Partial<Upload>): void {
    this.change(this.items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  private change(items: readonly Upload[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }
}
