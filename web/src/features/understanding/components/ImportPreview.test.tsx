import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { CsvFault } from "@/api/understanding";
import { ImportPreview } from "@/features/understanding/components/ImportPreview";
import { setLocale } from "@/shared/i18n";
import { imported, pack } from "@/testing/understanding";

const fault = (line: number, code: CsvFault["code"], otherLine: number | null = null, otherIntent: string | null = null): CsvFault => ({
  line, code, detail: "", remedy: "", other_line: otherLine, other_intent: otherIntent,
});
const rows = () => screen.getAllByRole("row").map((row) => row.textContent);

beforeAll(() => setLocale("en"));
afterEach(cleanup);

describe("what a file holds", () => {
  it("names the line of every fault, what is wrong and what to do, whatever the fault", () => {
    const faults = [
      fault(2, "columns"), fault(3, "text_empty"), fault(4, "text_long"), fault(5, "intent_empty"), fault(6, "intent_unknown", null, "refund_status"),
      fault(7, "repeated", 2), fault(8, "conflict", 2, "order_status"), fault(9, "conflict", null, "refund_status"), fault(10, "intent_unknown"),
    ];
    render(<ImportPreview pack={pack} found={imported({ lines: 9, faults, faults_total: 9 })} />);
    fireEvent.click(screen.getByRole("button", { name: "Show all 9" }));
    const shown = rows().slice(1);
    expect(shown.map((text) => Number.parseInt(text ?? "", 10))).toEqual(faults.map(({ line }) => line));
    expect(shown[4]).toContain("Did you mean refund_status（Refund status）?");
    expect(shown[5]).toContain("Says the same as line 2");
    expect(shown[6]).toContain("Line 2 has it under Order status");
    expect(shown[7]).toContain("Your lines have it under Refund status");
    expect(shown.filter((text) => text?.includes("understand."))).toEqual([]);
    expect(screen.getByRole("alert").textContent).toContain("There is nothing to take");
  });
  it("says which intents are unknown, how often, and what is written alike", () => {
    render(<ImportPreview pack={pack} found={imported({ unknown_intents: [{ intent: "refund", lines: 3, closest: ["refund_status"] }, { intent: "zzz", lines: 1, closest: [] }] })} />);
    expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
      "refund · 3 lines Did you mean refund_status（Refund status）?",
      "zzz · 1 lines Use an intent of the pack.",
    ]);
  });
  it("shows what would be taken, and whose intent counts", () => {
    const preview = [{ line: 2, text: "幾時過數", intent: "refund_status", overrides: "order_status" }];
    render(<ImportPreview pack={pack} found={imported({ lines: 1, valid: 1, preview })} />);
    expect(rows()[1]).toBe("2幾時過數Refund statusthe pack has it under Order status; yours will count");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
