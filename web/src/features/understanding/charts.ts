/** Where the marks of the small charts stand. Pure. */
import type { CoveragePoint, ReliabilityBin } from "@/api/understanding";

export const WIDTH = 400;
export const HEIGHT = 260;
const EDGE = { left: 44, right: 16, top: 14, bottom: 40 };

export interface Spot {
  x: number;
  y: number;
}

export interface Scale {
  x: (value: number) => number;
  y: (value: number) => number;
  xTicks: number[];
  yTicks: number[];
}

/** Shares from a lower end to 1 on both axes. */
export function scaleOf(xFrom: number, yFrom: number): Scale {
  const part = (value: number, from: number) => (Math.max(from, Math.min(1, value)) - from) / (1 - from || 1);
  return {
    x: (value) => EDGE.left + part(value, xFrom) * (WIDTH - EDGE.left - EDGE.right),
    y: (value) => HEIGHT - EDGE.bottom - part(value, yFrom) * (HEIGHT - EDGE.top - EDGE.bottom),
    xTicks: ticks(xFrom),
    yTicks: ticks(yFrom),
  };
}

/** Round shares from the lower end to 1: at most six of them. */
export function ticks(from: number): number[] {
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2];
  const step = steps.find((each) => (1 - from) / each <= 5.0001) ?? 0.2;
  const count = Math.round((1 - from) / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((1 - (count - index) * step).toFixed(4)));
}

/** The lower end of an axis, so that the values fill it and it still begins at a round share. */
export function lowerEnd(values: number[], widest = 0): number {
  const least = Math.min(...values, 0.98);
  return Math.max(widest, Math.floor((least - 0.005) * 20) / 20);
}

export function pathOf(spots: readonly Spot[]): string {
  return spots.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join(" ");
}

/** One spot for each range of confidence; its area tells how many lines are in it. */
export function reliabilitySpots(bins: readonly ReliabilityBin[], scale: Scale): (Spot & { radius: number; bin: ReliabilityBin })[] {
  const most = Math.max(1, ...bins.map(({ lines }) => lines));
  return bins.map((bin) => ({ x: scale.x(bin.confidence), y: scale.y(bin.accuracy), radius: 3 + 7 * Math.sqrt(bin.lines / most), bin }));
}

/** The point of the curve that the pack's threshold stands at. */
export function pointAt(points: readonly CoveragePoint[], threshold: number): CoveragePoint | null {
  const near = [...points].sort((a, b) => Math.abs(a.threshold - threshold) - Math.abs(b.threshold - threshold));
  return near[0] ?? null;
}
