import { describe, expect, it } from "vitest";
import type { ReliabilityBin } from "@/api/understanding";
import { HEIGHT, lowerEnd, pathOf, pointAt, reliabilitySpots, scaleOf, ticks, WIDTH } from "@/features/understanding/charts";

describe("an axis", () => {
  it("ends at 100 % with round shares, six at most", () => {
    expect(ticks(0)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.9)).toEqual([0.9, 0.92, 0.94, 0.96, 0.98, 1]);
    for (const from of [0, 0.05, 0.35, 0.6, 0.75, 0.85, 0.95]) expect(ticks(from).length).toBeLessThanOrEqual(6);
  });
  it("begins at a round share below the least value, never above 95 %", () => {
    expect([lowerEnd([0.93, 0.99]), lowerEnd([1, 1]), lowerEnd([]), lowerEnd([0.004])]).toEqual([0.9, 0.95, 0.95, 0]);
  });
  it("keeps every value inside the drawing", () => {
    const scale = scaleOf(0.5, 0.9);
    for (const value of [-1, 0.5, 0.95, 1, 2, 0.2]) {
      expect(scale.x(value)).toBeGreaterThanOrEqual(0);
      expect(scale.x(value)).toBeLessThanOrEqual(WIDTH);
      expect(scale.y(value)).toBeGreaterThanOrEqual(0);
      expect(scale.y(value)).toBeLessThanOrEqual(HEIGHT);
    }
    expect(scale.y(1)).toBeLessThan(scale.y(0.9));
  });
});

describe("marks", () => {
  it("grow with the lines of their range", () => {
    const bin = (lines: number): ReliabilityBin => ({ lower: 0.5, upper: 0.6, lines, confidence: 0.55, accuracy: 0.5 });
    const [small, large] = reliabilitySpots([bin(4), bin(100)], scaleOf(0, 0));
    expect(small?.radius).toBeLessThan(large?.radius ?? 0);
  });
  it("are joined in their order", () => expect(pathOf([{ x: 1, y: 2 }, { x: 3, y: 4.25 }])).toBe("M1.0 2.0 L3.0 4.3"));
  it("stand at the threshold nearest to the pack's", () => {
    const points = [0, 0.05, 0.5, 0.55].map((threshold) => ({ threshold, coverage: 1 - threshold, accuracy: 1 }));
    expect(pointAt(points, 0.52)?.threshold).toBe(0.5);
    expect(pointAt([], 0.5)).toBeNull();
  });
});
