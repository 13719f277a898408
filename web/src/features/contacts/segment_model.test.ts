import { describe, expect, it } from "vitest";
import { fieldOptions, formOf, fresh, isWhole, OPERATORS, treeOf, wayOf } from "@/features/contacts/segment_model";
import type { Condition, Definition } from "@/features/contacts/records_api";

const tier: Definition = {
  id: 1, attribute_model: "contact_attribute", attribute_key: "tier", attribute_display_name: "級別", attribute_display_type: "list",
  attribute_description: "", attribute_values: ["gold"], created_at: "", updated_at: "",
};
const seen: Condition = { attribute_key: "last_activity_at", attribute_model: "standard", filter_operator: "within_days", values: [30] };

describe("conditions of segments", () => {
  it("offers what everybody has and what the account keeps of contacts and companies", () => {
    const options = fieldOptions([tier, { ...tier, id: 2, attribute_model: "conversation_attribute" }]);
    expect(options.filter(({ model }) => model !== "standard").map(({ value, kind, choices }) => [value, kind, choices])).toEqual([["contact_attribute:tier", "choice", ["gold"]]]);
  });
  it("begins every field with a question that the field takes", () => {
    for (const field of fieldOptions([tier])) expect(OPERATORS[field.kind]).toContain(fresh(field).filter_operator);
  });
  it("is a tree only when nothing is missing", () => {
    const empty = { ...seen, attribute_key: "labels", filter_operator: "equal_to", values: [] };
    expect([isWhole(seen), isWhole(empty), isWhole({ ...empty, filter_operator: "is_present" })]).toEqual([true, false, true]);
    expect(treeOf({ joined: "any", conditions: [seen, empty] })).toBeNull();
    expect(treeOf({ joined: "any", conditions: [seen] })).toEqual({ any: [seen] });
  });
  it("shows one level and leaves deeper trees alone", () => {
    expect(formOf(seen)).toEqual({ joined: "all", conditions: [seen] });
    expect(formOf({ any: [seen, seen] })?.joined).toBe("any");
    expect(formOf({ all: [seen, { any: [seen] }] })).toBeNull();
  });
  it("asks for days, dates, lists or nothing, as the question wants", () => {
    expect([wayOf("moment", "within_days"), wayOf("date", "equal_to"), wayOf("text", "equal_to"), wayOf("text", "contains"), wayOf("id", "is_present")]).toEqual(["days", "date", "many", "text", "none"]);
  });
});
