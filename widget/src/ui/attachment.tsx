/** One attachment in the thread: a picture in place, everything else as a link with its name and size. */

import type { JSX } from "../dom/vnode";
import { useState } from "../dom/hooks";
import { sizeText } from "../files";
import { safeAddress } from "../linkify";
import type { Attachment as Shown } from "../../../sdk/src/wire";
import { useSurroundings, useWords } from "./context";
import { FileIcon } from "./icons";

const SHOWN = /^image\/(png|jpeg|gif|webp)$/;
const WIDEST = 236;

export function Attachment(props: { file: Shown }): JSX.Element {
  const { file } = props;
  const { talk } = useSurroundings();
  const words = useWords();
  const [isBroken, setBroken] = useState(false);
  const href = safeAddress(new URL(file.url, talk.api.baseUrl).href);
  const name = file.file_name === "" ? words.file : file.file_name;
  const link = { target: "_blank", rel: "noopener noreferrer", title: words.opensNewTab, ...(href === null ? {} : { href }) };
  if (href !== null && !isBroken && file.inline && SHOWN.test(file.content_type)) {
    const width = Math.min(WIDEST, file.width ?? WIDEST);
    const height = file.width && file.height ? Math.round((width * file.height) / file.width) : undefined;
    return (
      <a class="picture" {...link}>
        <img src={href} alt={name} width={width} {...(height === undefined ? {} : { height })} onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a class="file" {...link}>
      <FileIcon />
      <span class="file-name">{name}</span>
      <span class="file-size">{sizeText(file.file_size)}</span>
    </a>
  );
}
