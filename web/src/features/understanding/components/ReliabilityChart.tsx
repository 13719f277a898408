/** Whether "90 % sure" is right nine times of ten: on the diagonal it is. */
import type { ReliabilityBin } from "@/api/understanding";
import { pathOf, reliabilitySpots, scaleOf } from "@/features/understanding/charts";
import { ChartFrame } from "@/features/understanding/components/ChartFrame";
import { percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import own from "@/features/understanding/components/report.module.css";

export function ReliabilityChart({ bins }: { bins: ReliabilityBin[] }) {
  const t = useT();
  const scale = scaleOf(0, 0);
  const spots = reliabilitySpots(bins, scale);
  return (
    <ChartFrame
      title={t("understand.reliability_chart")}
      idea={t("understand.reliability_idea")}
      scale={scale}
      xName={t("understand.axis_confidence")}
      yName={t("understand.axis_right")}
      table={{
        head: [t("understand.range"), t("understand.lines"), t("understand.confidence"), t("understand.right")],
        rows: bins.map((bin) => [`${percent(bin.lower, 0)}–${percent(bin.upper, 0)}`, bin.lines, percent(bin.confidence), percent(bin.accuracy)]),
      }}
    >
      <line x1={scale.x(0)} y1={scale.y(0)} x2={scale.x(1)} y2={scale.y(1)} className={own.diagonal} />
      <path d={pathOf(spots)} className={own.curve} />
      {spots.map(({ x, y, radius, bin }) => (
        <circle key={bin.lower} cx={x} cy={y} r={radius} className={own.dot}>
          <title>{t("understand.bin", { n: bin.lines, confidence: percent(bin.confidence), accuracy: percent(bin.accuracy) })}</title>
        </circle>
      ))}
    </ChartFrame>
  );
}
