/** A pack file as text: colours, faults at their line, and names that exist. Its own chunk; drawn by CodeMirror. */
import { autocompletion, closeBrackets, completionKeymap, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { EditorNames } from "@/api/flows";
import { offersAt } from "@/features/flows/completion";
import styles from "@/features/flows/components/editor.module.css";

export interface LineFault {
  line: number;
  text: string;
}

interface Props {
  text: string;
  label: string;
  faults: LineFault[];
  names: EditorNames | undefined;
  isReadOnly: boolean;
  /** A line to show, and a number that changes each time it is asked for. */
  goTo: { line: number; count: number } | null;
  onChange: (text: string) => void;
  onLine: (line: number) => void;
  onSave: () => void;
}

const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--ant-color-text)", backgroundColor: "var(--ant-color-bg-container)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono CJK HK', monospace", lineHeight: "1.65" },
  ".cm-gutters": { backgroundColor: "var(--k-canvas)", color: "var(--ant-color-text-tertiary)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--ant-color-fill-quaternary)" },
  ".cm-cursor": { borderLeftColor: "var(--ant-color-text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "var(--ant-color-primary-bg) !important" },
  ".cm-tooltip": { backgroundColor: "var(--ant-color-bg-elevated)", color: "var(--ant-color-text)", border: "1px solid var(--ant-color-border)", borderRadius: "8px", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--ant-color-primary-bg)", color: "var(--k-teal-ink)" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--ant-color-error)", padding: "6px 10px", maxWidth: "52ch", whiteSpace: "pre-wrap" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--ant-color-error)", textUnderlineOffset: "3px" },
  ".cm-panels": { backgroundColor: "var(--ant-color-bg-elevated)", color: "var(--ant-color-text)" },
  ".cm-foldPlaceholder": { background: "var(--ant-color-fill-tertiary)", border: "none", color: "inherit" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--k-teal-ink)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--ant-color-text)" },
  { tag: [tags.bool, tags.number, tags.keyword, tags.atom], color: "var(--k-amber-ink)" },
  { tag: tags.comment, color: "var(--ant-color-text-tertiary)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--ant-color-text-tertiary)" },
]);

const BASE: Extension = [
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  EditorState.tabSize.of(2),
  EditorView.lineWrapping,
  yaml(),
  syntaxHighlighting(COLOURS),
  LOOK,
];

export default function CodeEditor({ text, label, faults, names, isReadOnly, goTo, onChange, onLine, onSave }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const access = useRef(new Compartment());
  const latest = useRef({ names, onChange, onLine, onSave, text });
  useEffect(() => {
    latest.current = { names, onChange, onLine, onSave, text };
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({ doc: latest.current.text, extensions: [extensionsOf(latest), access.current.of([])] }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== text) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
    }
  }, [text]);
  useEffect(() => {
    const attributes = EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": String(isReadOnly) });
    view.current?.dispatch({ effects: access.current.reconfigure([EditorState.readOnly.of(isReadOnly), attributes]) });
  }, [isReadOnly, label]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, faults.map((fault) => diagnosticOf(editor, fault))));
  }, [faults]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || !goTo) return;
    const { from } = editor.state.doc.line(Math.min(Math.max(goTo.line, 1), editor.state.doc.lines));
    editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    editor.focus();
  }, [goTo]);
  return <div ref={place} className={styles.code} />;
}

interface Latest {
  current: Pick<Props, "names" | "onChange" | "onLine" | "onSave" | "text">;
}

function extensionsOf(latest: Latest): Extension {
  const save = () => {
    latest.current.onSave();
    return true;
  };
  const complete: CompletionSource = ({ state, pos, explicit }) => {
    const known = latest.current.names;
    const found = known ? offersAt(state.doc.toString(), pos, known) : null;
    if (!found || (!explicit && found.from === pos && state.sliceDoc(pos - 1, pos) !== " ")) return null;
    const options = found.offers.map(({ label, kind, info }) => ({
      label,
      type: kind === "key" ? "property" : "constant",
      apply: kind === "key" ? `${label}: ` : label,
      ...(info ? { info } : {}),
    }));
    return { from: found.from, options, validFor: /^\w*$/ };
  };
  return [
    BASE,
    autocompletion({ override: [complete] }),
    keymap.of([{ key: "Mod-s", run: save, preventDefault: true }, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.onChange(update.state.doc.toString());
      if (update.selectionSet || update.docChanged) {
        latest.current.onLine(update.state.doc.lineAt(update.state.selection.main.head).number);
      }
    }),
  ];
}

function diagnosticOf(editor: EditorView, { line, text }: LineFault): Diagnostic {
  const at = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines));
  const from = at.from + (/^\s*/.exec(at.text)?.[0].length ?? 0);
  return { from, to: Math.max(at.to, from), severity: "error", message: text };
}
