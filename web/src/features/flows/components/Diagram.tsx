/** A flow as a diagram: a step is a button that leads to its line, the ways between are labelled. Its own chunk. */
import { useEffect, useMemo, useRef, useState } from "react";
import { Button, Tooltip } from "antd";
import { MinusOutlined, PlusOutlined } from "@ant-design/icons";
import type { DrawnEdge, Drawing } from "@/api/flows";
import { BOX, layOut, type PlacedEdge, type PlacedNode, type Ways } from "@/features/flows/layout";
import { cut, outcomeParts, toneOf, wayOf } from "@/features/flows/model";
import { useI18n, useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/flows/components/diagram.module.css";

interface Props {
  drawing: Drawing;
  line: number;
  onStep: (line: number) => void;
}

const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25];
const LETTER = 6.4;

function useOutcome(): (ways: Ways) => string {
  const maybe = useMaybeT();
  const one = (edge: DrawnEdge): string => {
    if (edge.test !== "") return cut(edge.test, 30);
    const { key, detail } = outcomeParts(edge.outcome);
    if (key === "next") return "";
    const said = maybe(`flows.outcome.${key}`, key);
    return detail ? `${said}：${maybe(`flows.refusal.${detail}`, detail)}` : said;
  };
  return ({ edges }) => cut([...new Set(edges.map(one).filter(Boolean))].join(" / "), 44);
}

export default function Diagram({ drawing, line, onStep }: Props) {
  const t = useT();
  const labelOf = useOutcome();
  const [zoom, setZoom] = useState(2);
  const locale = useI18n((state) => state.locale);
  // The labels' widths hang on the language alone.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const placed = useMemo(() => layOut(drawing, (ways) => widthOf(labelOf(ways))), [drawing, locale]);
  const current = [...drawing.nodes].filter((node) => node.line <= line).sort((a, b) => b.line - a.line)[0]?.step;
  const scale = ZOOMS[zoom] ?? 1;
  const scroll = useRef<HTMLDivElement>(null);
  const shown = current ?? drawing.start;
  useEffect(() => {
    scroll.current?.querySelector(`[data-step="${shown}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [shown, zoom, placed]);
  return (
    <div className={styles.frame}>
      <div ref={scroll} className={styles.scroll} role="group" aria-label={t("flows.diagram")} tabIndex={-1}>
        <svg width={placed.width * scale} height={placed.height * scale} viewBox={`0 0 ${placed.width} ${placed.height}`} className={styles.svg}>
          <defs>
            {(["main", "test", "bad"] as const).map((way) => (
              <marker key={way} id={`arrow-${way}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
                <path d="M 0 0 L 8 4 L 0 8 z" className={styles.arrow} data-way={way} />
              </marker>
            ))}
          </defs>
          {placed.edges.map((each, index) => <Way key={index} {...each} text={labelOf(each.ways)} />)}
          {placed.nodes.map((each) => (
            <Step key={each.node.step} {...each} ways={drawing.edges.filter(({ source }) => source === each.node.step).length} isStart={each.node.step === drawing.start} isHere={each.node.step === current} onStep={onStep} />
          ))}
        </svg>
      </div>
      <div className={styles.zoom}>
        <Tooltip title={t("flows.zoom_out")}><Button size="small" icon={<MinusOutlined />} aria-label={t("flows.zoom_out")} disabled={zoom === 0} onClick={() => setZoom(zoom - 1)} /></Tooltip>
        <Tooltip title={t("flows.zoom_in")}><Button size="small" icon={<PlusOutlined />} aria-label={t("flows.zoom_in")} disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)} /></Tooltip>
      </div>
    </div>
  );
}

function widthOf(text: string): number {
  return text === "" ? 0 : 12 + [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 12 : LETTER), 0);
}

function Way({ ways, path, label, text }: PlacedEdge & { text: string }) {
  const way = wayOf(ways.edges);
  const width = widthOf(text);
  return (
    <g data-way={way}>
      <path d={path} className={styles.way} data-way={way} markerEnd={`url(#arrow-${way})`} />
      {text !== "" && (
        <g transform={`translate(${label.x} ${label.y})`}>
          <rect x={-width / 2} y={-9} width={width} height={18} rx={9} className={styles.labelBack} />
          <text textAnchor="middle" dominantBaseline="central" className={styles.label} data-way={way}>
            <title>{ways.edges.map(({ test, outcome }) => test || outcome).join("\n")}</title>
            {text}
          </text>
        </g>
      )}
    </g>
  );
}

function Step({ node, x, y, ways, isStart, isHere, onStep }: PlacedNode & { ways: number; isStart: boolean; isHere: boolean; onStep: (line: number) => void }) {
  const t = useT();
  const maybe = useMaybeT();
  const kind = maybe(`flows.kind.${node.kind}`, node.kind);
  const branches = node.kind === "branch" ? t("flows.ways", { n: ways }) : "";
  const what = node.text || branches || maybe(`flows.call.${node.about}`, maybe(`handoff.reason.${node.about}`, node.about));
  const name = t("flows.step_named", { step: node.step, kind });
  const go = () => onStep(node.line);
  return (
    <g
      transform={`translate(${x} ${y})`}
      className={styles.step}
      data-tone={toneOf(node.kind)}
      data-here={isHere}
      data-step={node.step}
      role="button"
      tabIndex={0}
      aria-label={what ? `${name}：${what}` : name}
      onClick={go}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        go();
      }}
    >
      <title>{what}</title>
      <rect width={BOX.width} height={BOX.height} rx={10} className={styles.box} />
      <rect width={4} height={BOX.height - 16} x={0} y={8} rx={2} className={styles.stripe} />
      <text x={16} y={22} className={styles.kind}>{kind}{isStart ? ` · ${t("flows.start")}` : ""}</text>
      <text x={BOX.width - 12} y={22} textAnchor="end" className={styles.name}>{cut(node.step, 18)}</text>
      <text x={16} y={45} className={styles.what}>{cut(what, 30)}</text>
    </g>
  );
}
