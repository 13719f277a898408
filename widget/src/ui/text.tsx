/** A person's text as it was written: line breaks kept, web addresses made links, nothing else understood. */

import type { JSX } from "../dom/vnode";
import { linkify } from "../linkify";
import { useWords } from "./context";

export function Text(props: { text: string }): JSX.Element {
  const words = useWords();
  return (
    <>
      {linkify(props.text).map((piece) =>
        piece.href === undefined ? (
          piece.text
        ) : (
          <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow" title={words.opensNewTab}>
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}
