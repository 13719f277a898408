/** One file of the pack: its text with faults at their line; beside it the diagram of a flow, and a talk to try it. */
import { CheckCircleOutlined, LoadingOutlined, SaveOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, Segmented, Spin, Tooltip } from "antd";
import { lazy, Suspense, useCallback, useMemo, useState, type ReactNode } from "react";
import type { Fault, PackFile, PackState } from "@/api/flows";
import { useDrawing, useEditorNames, useFaults, useSaveFile } from "@/features/flows/api";
import { TryPanel } from "@/features/flows/components/TryPanel";
import { known } from "@/features/flows/faults";
import { splitFaults } from "@/features/flows/model";
import { unsavedKey, useUnsaved } from "@/features/flows/unsaved";
import { useMedia } from "@/shared/hooks/media";
import { useDebounced } from "@/shared/hooks/time";
import { useUndo } from "@/shared/hooks/undo";
import { fill, useI18n, useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { ErrorState } from "@/shared/ui/States";
import styles from "@/features/flows/components/editor.module.css";

const CodeEditor = lazy(() => import("@/features/flows/components/CodeEditor"));
const Diagram = lazy(() => import("@/features/flows/components/Diagram"));

type View = "text" | "diagram" | "try";

interface Props {
  state: PackState;
  file: PackFile;
  title: string;
  sub: ReactNode;
  hasDiagram: boolean;
  tools?: ReactNode;
}

export function FileEditor({ state, file, title, sub, hasDiagram, tools }: Props) {
  const t = useT();
  const { account } = useSession();
  const canEdit = isAtLeast(account.role, "administrator");
  const isNarrow = useMedia("(max-width: 900px)");
  const { text, isChanged, change, save, isSaving } = useText(state, file);
  const settled = useDebounced(text, 500);
  const faults = useFaults(state.name, file.path, settled);
  const names = useEditorNames(state.name);
  const [line, setLine] = useState(1);
  const [goTo, setGoTo] = useState<{ line: number; count: number } | null>(null);
  const [chosen, setChosen] = useState<View>("diagram");
  const go = useCallback((to: number) => setGoTo((before) => ({ line: to, count: (before?.count ?? 0) + 1 })), []);
  const { here, elsewhere } = splitFaults(faults.data ?? [], file.path);
  const say = useFaultText();
  const marked = useMemo(
    () => splitFaults(faults.data ?? [], file.path).here.map((fault) => ({ line: fault.line, text: say(fault).join("\n") })),
    [faults.data, file.path, say],
  );
  const views: View[] = [...(isNarrow ? (["text"] as const) : []), ...(hasDiagram ? (["diagram"] as const) : []), ...(canEdit ? (["try"] as const) : [])];
  const view = views.includes(chosen) ? chosen : (views[0] ?? "text");
  const showsText = !isNarrow || view === "text";
  const goAndShow = (to: number) => {
    setChosen((before) => (isNarrow ? "text" : before));
    go(to);
  };
  const choice = views.length > 1 && (
    <Segmented size="small" value={view} aria-label={t("flows.view")} options={views.map((value) => ({ value, label: t(`flows.view_${value}`) }))} onChange={setChosen} />
  );
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div className={styles.names}>
          <h2 className={styles.title}>{title}</h2>
          <div className={styles.sub}>
            <span className={styles.file}>{file.path}</span>
            {sub}
          </div>
        </div>
        <div className={styles.tools}>
          {isNarrow && choice}
          {tools}
          {canEdit && isChanged && (
            <Tooltip title={t("flows.revert_hint")}>
              <Button icon={<UndoOutlined />} onClick={() => change(file.text ?? "")}>{t("flows.revert")}</Button>
            </Tooltip>
          )}
          {canEdit && <Button type="primary" icon={<SaveOutlined />} disabled={!isChanged} loading={isSaving} onClick={save}>{t("flows.save")}</Button>}
        </div>
      </header>
      <div className={styles.body} data-single={isNarrow || views.length === 0}>
        {showsText && (
          <section className={styles.pane} aria-label={t("flows.view_text")}>
            <Suspense fallback={<Waiting />}>
              <CodeEditor text={text} label={t("flows.text_of", { name: title })} faults={marked} names={names.data} isReadOnly={!canEdit} goTo={goTo} onChange={change} onLine={setLine} onSave={save} />
            </Suspense>
            <FaultList here={here} elsewhere={elsewhere} isChecking={faults.isFetching || settled !== text} error={faults.isError ? faults.error : null} onRetry={() => void faults.refetch()} onGo={go} />
          </section>
        )}
        {(!isNarrow || view !== "text") && views.length > 0 && (
          <section className={`${styles.pane} ${styles.side}`} aria-label={t("flows.view")}>
            {isNarrow ? <span /> : <div className={styles.sideHead}>{choice || <b>{t(`flows.view_${view}`)}</b>}</div>}
            <div className={styles.shown}>
              {view === "diagram" && <Drawn pack={state.name} text={settled} line={line} onStep={goAndShow} />}
              {view === "try" && <TryPanel pack={state.name} files={isChanged ? { [file.path]: text } : {}} />}
            </div>
          </section>
        )}
      </div>
    </div>
  );
}

/** The text as it is typed: kept while walking about, saved into the draft, and what was there before can come back. */
function useText(state: PackState, file: PackFile) {
  const t = useT();
  const { account } = useSession();
  const offerUndo = useUndo();
  const saving = useSaveFile(state.name);
  const key = unsavedKey(account.id, state.name, file.path);
  const typed = useUnsaved(({ texts }) => texts[key]);
  const keep = useUnsaved((unsaved) => unsaved.keep);
  const saved = file.text ?? "";
  const text = typed ?? saved;
  const isChanged = text !== saved;
  const change = (next: string) => keep(key, next === saved ? null : next);
  const save = () => {
    if (!isChanged || saving.isPending) return;
    const before = file.text;
    saving.mutate(
      { path: file.path, text, edition: state.draft?.edition ?? 0 },
      {
        onSuccess: (after) => {
          keep(key, null);
          offerUndo(t("flows.saved"), () => saving.mutate({ path: file.path, text: before, edition: after?.draft?.edition ?? 0 }));
        },
      },
    );
  };
  return { text, isChanged, change, save, isSaving: saving.isPending };
}

function Drawn({ pack, text, line, onStep }: { pack: string; text: string; line: number; onStep: (line: number) => void }) {
  const t = useT();
  const locale = useI18n((state) => state.locale);
  const drawing = useDrawing(pack, text, locale);
  const [last, setLast] = useState(drawing.data);
  if (drawing.data && !drawing.data.fault && drawing.data !== last) setLast(drawing.data);
  if (drawing.isError) return <ErrorState error={drawing.error} onRetry={() => void drawing.refetch()} />;
  const shown = drawing.data?.fault ? last : drawing.data;
  if (!shown) return <Waiting />;
  if (shown.fault) return <div className={styles.center}>{t("flows.not_drawable")}</div>;
  return (
    <Suspense fallback={<Waiting />}>
      <Diagram drawing={shown} line={line} onStep={onStep} />
    </Suspense>
  );
}

function Waiting() {
  const t = useT();
  return <div className={styles.center}><Spin aria-label={t("state.loading")} /></div>;
}

interface Faults {
  here: Fault[];
  elsewhere: Fault[];
  isChecking: boolean;
  error: unknown;
  onRetry: () => void;
  onGo: (line: number) => void;
}

/** A fault and what to do about it; what the check alone can say, and every remedy in English, is in its own words. */
function useFaultText(): (fault: Fault) => [string, string] {
  const { texts, locale } = useI18n();
  return useCallback(
    (fault) => {
      const found = known(fault);
      const text = found && (texts as Record<string, string>)[found.key];
      if (!found || !text) return [fault.problem, fault.remedy];
      const remedy = (texts as Record<string, string>)[found.remedy] ?? "";
      return [fill(text, { name: found.name }), locale === "en" ? fault.remedy : remedy];
    },
    [texts, locale],
  );
}

function FaultList({ here, elsewhere, isChecking, error, onRetry, onGo }: Faults) {
  const t = useT();
  const say = useFaultText();
  if (error) return <div className={styles.faults}><ErrorState error={error} onRetry={onRetry} /></div>;
  const none = here.length + elsewhere.length === 0;
  return (
    <div className={styles.faults} role="status" aria-label={t("flows.faults")} data-faults={here.length + elsewhere.length} data-checking={isChecking}>
      {here.map((fault, index) => (
        <button key={index} type="button" className={styles.fault} onClick={() => onGo(fault.line)}>
          <span className={styles.where}>{t("flows.line", { n: fault.line })}</span>
          <FaultText said={say(fault)} />
        </button>
      ))}
      {elsewhere.map((fault, index) => (
        <div key={index} className={styles.fault}>
          <span className={styles.where}>{fault.file}:{fault.line}</span>
          <FaultText said={say(fault)} />
        </div>
      ))}
      {none && isChecking && <div className={styles.fine}><LoadingOutlined /> {t("flows.checking")}</div>}
      {none && !isChecking && <div className={styles.fine} data-tone="good"><CheckCircleOutlined /> {t("flows.no_faults")}</div>}
    </div>
  );
}

function FaultText({ said: [problem, remedy] }: { said: [string, string] }) {
  return (
    <>
      <span>{problem}</span>
      {remedy && <span className={styles.remedy}>{remedy}</span>}
    </>
  );
}
