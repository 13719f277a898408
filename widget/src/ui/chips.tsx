/** The files that will go with the next message, with how far each has come. */

import type { JSX } from "../dom/vnode";
import { fill } from "../i18n/locales";
import type { Upload } from "../uploads";
import { useSurroundings, useWords } from "./context";
import { CloseIcon, FileIcon, RetryIcon } from "./icons";

export function Chips(): JSX.Element | null {
  const { uploads } = useSurroundings();
  if (uploads.items.length === 0) return null;
  return (
    <ul class="chips">
      {uploads.items.map((upload) => (
        <Chip key={upload.key} upload={upload} />
      ))}
    </ul>
  );
}

function Chip(props: { upload: Upload }): JSX.Element {
  const { uploads } = useSurroundings();
  const words = useWords();
  const { key, file, progress, state } = props.upload;
  const percent = Math.round(progress * 100);
  return (
    <li class={`chip ${state}`}>
      <FileIcon />
      <span class="file-name">{file.name}</span>
      {state === "uploading" && (
        <progress max={100} value={percent} aria-label={fill(words.uploading, { percent })}>
          {percent}%
        </progress>
      )}
      {state === "failed" && (
        <button
          type="button"
          class="tiny"
          title={words.uploadFailed}
          aria-label={fill(words.uploadRetry, { name: file.name })}
          onClick={() => uploads.retry(key)}
        >
          <RetryIcon />
        </button>
      )}
      <button type="button" class="tiny" aria-label={fill(words.removeFile, { name: file.name })} onClick={() => uploads.remove(key)}>
        <CloseIcon size={14} />
      </button>
    </li>
  );
}
