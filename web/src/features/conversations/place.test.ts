import { describe, expect, it } from "vitest";
import { mapOf, placeIn } from "@/features/conversations/place";

describe("a place in a message", () => {
  it("is read with its name or without, and opens a map", () => {
    const spot = placeIn("📍 海港城 22.295000, 114.168000");
    expect(spot).toEqual({ latitude: "22.295000", longitude: "114.168000" });
    expect(spot && mapOf(spot)).toContain("mlat=22.295000&mlon=114.168000");
    expect(placeIn("📍 -33.856784, 151.215297")).toEqual({ latitude: "-33.856784", longitude: "151.215297" });
  });

  it("is nothing else", () => {
    expect(placeIn("我喺 22.295, 114.168")).toBeNull();
    expect(placeIn("📍 尖沙咀")).toBeNull();
  });
});
