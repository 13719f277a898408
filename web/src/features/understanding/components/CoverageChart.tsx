/** How much would be answered, and how much of that rightly, as the bot dares more. */
import type { CoveragePoint } from "@/api/understanding";
import { lowerEnd, pathOf, pointAt, scaleOf } from "@/features/understanding/charts";
import { ChartFrame } from "@/features/understanding/components/ChartFrame";
import { percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import own from "@/features/understanding/components/report.module.css";

export function CoverageChart({ points, answerFrom }: { points: CoveragePoint[]; answerFrom: number }) {
  const t = useT();
  const scale = scaleOf(lowerEnd(points.map(({ coverage }) => coverage)), lowerEnd(points.map(({ accuracy }) => accuracy)));
  const spots = points.map((point) => ({ x: scale.x(point.coverage), y: scale.y(point.accuracy) }));
  const now = pointAt(points, answerFrom);
  const idea = now ? t("understand.coverage_idea", { from: percent(answerFrom, 0), coverage: percent(now.coverage), accuracy: percent(now.accuracy) }) : t("understand.chart_empty");
  return (
    <ChartFrame
      title={t("understand.coverage_chart")}
      idea={idea}
      scale={scale}
      xName={t("understand.axis_coverage")}
      yName={t("understand.axis_accuracy")}
      table={{
        head: [t("understand.threshold"), t("understand.coverage"), t("understand.answered")],
        rows: points.map((point) => [percent(point.threshold, 0), percent(point.coverage), percent(point.accuracy)]),
      }}
    >
      <path d={pathOf(spots)} className={own.curve} />
      {spots.map((spot, index) => <circle key={index} cx={spot.x} cy={spot.y} r={2.5} className={own.dot} />)}
      {now && <Marker x={scale.x(now.coverage)} y={scale.y(now.accuracy)} text={t("understand.now_here")} />}
    </ChartFrame>
  );
}

function Marker({ x, y, text }: { x: number; y: number; text: string }) {
  return (
    <g>
      <circle cx={x} cy={y} r={6} className={own.marker} />
      <text x={x - 10} y={y + 18} textAnchor="end" className={own.markerText}>{text}</text>
    </g>
  );
}
