/** Files on their way: uploaded at once, joined to the message when it is sent. */
import { useRef, useState } from "react";
import { accountPath, ProblemError, upload } from "@/api/http";
import type { AttachmentView } from "@/api/views";
import { newEcho } from "@/shared/echo";
import { useSession } from "@/shared/session";

export interface Upload {
  key: string;
  file: File;
  part: number;
  stored: AttachmentView | null;
  error: ProblemError | null;
}

const MOST = 10;

export function useUploads() {
  const { account } = useSession();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const aborts = useRef(new Map<string, AbortController>());
  const change = (key: string, part: Partial<Upload>) =>
    setUploads((known) => known.map((item) => (item.key === key ? { ...item, ...part } : item)));

  const start = (key: string, file: File) => {
    const abort = new AbortController();
    aborts.current.set(key, abort);
    const progress = (part: number) => change(key, { part });
    upload<AttachmentView>(accountPath(account.id, "attachments"), file, progress, abort.signal).then(
      (stored) => change(key, { stored, part: 1 }),
      (error: unknown) => error instanceof ProblemError && change(key, { error }),
    );
  };
  return {
    uploads,
    isBusy: uploads.some((item) => !item.stored && !item.error),
    add: (files: Iterable<File>) => {
      const fresh = [...files].slice(0, MOST - uploads.length).map((file) => ({ key: newEcho(), file }));
      setUploads((known) => [...known, ...fresh.map((item) => ({ ...item, part: 0, stored: null, error: null }))]);
      for (const { key, file } of fresh) start(key, file);
    },
    retry: (item: Upload) => {
      change(item.key, { error: null, part: 0 });
      start(item.key, item.file);
    },
    remove: (key: string) => {
      aborts.current.get(key)?.abort();
      setUploads((known) => known.filter((item) => item.key !== key));
    },
    clear: () => setUploads([]),
  };
}

export type Uploads = ReturnType<typeof useUploads>;
