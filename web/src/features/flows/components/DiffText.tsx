/** Two texts of a file, line by line, with what is equal folded away. Its own chunk, like the editor. */
import { yaml } from "@codemirror/lang-yaml";
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import styles from "@/features/flows/components/editor.module.css";

const LOOK = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--ant-color-text)", backgroundColor: "var(--ant-color-bg-container)" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--k-canvas)", color: "var(--ant-color-text-tertiary)", border: "none" },
  ".cm-deletedChunk, .cm-deletedChunk .cm-deletedText": { backgroundColor: "var(--ant-color-error-bg)" },
  ".cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--ant-color-success-bg) !important" },
  ".cm-changedText": { background: "transparent !important", fontWeight: "600" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "'⋯'" },
  ".cm-collapsedLines": { background: "var(--k-canvas)", color: "var(--ant-color-text-secondary)" },
});

export default function DiffText({ before, after, label, unchanged }: { before: string; after: string; label: string; unchanged: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          lineNumbers(),
          yaml(),
          LOOK,
          EditorView.lineWrapping,
          EditorState.readOnly.of(true),
          EditorState.phrases.of({ "$ unchanged lines": unchanged }),
          EditorView.contentAttributes.of({ "aria-label": label }),
          unifiedMergeView({ original: before, mergeControls: false, gutter: true, collapseUnchanged: { margin: 2, minSize: 4 } }),
        ],
      }),
    });
    return () => editor.destroy();
  }, [before, after, label, unchanged]);
  return <div ref={place} className={styles.diff} />;
}
