/** Conditions of segments as a form shows them: which fields there are, what each can be asked, what is whole. */
import type { Condition, Definition, Tree } from "@/features/contacts/records_api";

export type Kind = "text" | "number" | "date" | "moment" | "choice" | "id" | "flag" | "set";

export interface FieldOption {
  value: string;
  model: Condition["attribute_model"];
  key: string;
  kind: Kind;
  /** A field of the account's own says its name itself. */
  name: string | null;
  choices: string[];
}

export const STANDARD: Record<string, Kind> = {
  name: "text",
  phone_number: "text",
  email: "choice",
  email_domain: "choice",
  identifier: "choice",
  verified: "flag",
  company_id: "id",
  last_activity_at: "moment",
  created_at: "moment",
  channel: "set",
  inbox_id: "id",
  labels: "set",
  marketing_consent: "choice",
  locale: "choice",
  blocked: "flag",
};

const EQUAL = ["equal_to", "not_equal_to"];
const PRESENCE = ["is_present", "is_not_present"];
const ORDER = ["is_greater_than", "is_less_than"];
const DAYS = ["within_days", "days_before"];
export const OPERATORS: Record<Kind, string[]> = {
  text: ["contains", "does_not_contain", "starts_with", ...EQUAL, ...PRESENCE],
  number: [...ORDER, ...EQUAL, ...PRESENCE],
  date: [...DAYS, ...ORDER, ...EQUAL, ...PRESENCE],
  moment: [...DAYS, ...ORDER],
  choice: [...EQUAL, ...PRESENCE],
  id: [...EQUAL, ...PRESENCE],
  flag: ["equal_to"],
  set: [...EQUAL, ...PRESENCE],
};

const OF_TYPE: Record<Definition["attribute_display_type"], Kind> = { text: "text", link: "text", number: "number", date: "date", list: "choice", checkbox: "flag" };

export function fieldOptions(definitions: Definition[]): FieldOption[] {
  const standard = Object.entries(STANDARD).map(([key, kind]): FieldOption => ({ value: `standard:${key}`, model: "standard", key, kind, name: null, choices: [] }));
  const own = definitions.flatMap((each): FieldOption[] => {
    const model = each.attribute_model;
    if (model === "conversation_attribute") return [];
    return [{ value: `${model}:${each.attribute_key}`, model, key: each.attribute_key, kind: OF_TYPE[each.attribute_display_type], name: each.attribute_display_name, choices: each.attribute_values }];
  });
  return [...standard, ...own];
}

export const fieldOf = (condition: Condition): string => `${condition.attribute_model}:${condition.attribute_key}`;

/** A condition on another field: its first question, with nothing answered yet. */
export function fresh(field: FieldOption): Condition {
  const operator = OPERATORS[field.kind][0] ?? "equal_to";
  return { attribute_key: field.key, attribute_model: field.model, filter_operator: operator, values: valuesFor(field.kind, operator) };
}

export function valuesFor(kind: Kind, operator: string): Condition["values"] {
  if (PRESENCE.includes(operator)) return [];
  if (DAYS.includes(operator)) return [30];
  return kind === "flag" ? [true] : [];
}

export const isWhole = ({ filter_operator: operator, values }: Condition): boolean => PRESENCE.includes(operator) || values.length > 0;

export type Way = "text" | "many" | "number" | "days" | "date" | "flag" | "none";

/** How an answer is given. */
export function wayOf(kind: Kind, operator: string): Way {
  if (PRESENCE.includes(operator)) return "none";
  if (DAYS.includes(operator)) return "days";
  if (kind === "flag" || kind === "number") return kind;
  if (kind === "date" || kind === "moment") return "date";
  return EQUAL.includes(operator) ? "many" : "text";
}

export interface Form {
  joined: "all" | "any";
  conditions: Condition[];
}

/** A tree as the form can show it: one level of conditions; null for deeper ones, which only the API makes. */
export function formOf(tree: Tree): Form | null {
  if ("attribute_key" in tree) return { joined: "all", conditions: [tree] };
  const joined = "all" in tree ? "all" : "any";
  const parts = "all" in tree ? tree.all : tree.any;
  const conditions = parts.filter((part): part is Condition => "attribute_key" in part);
  return conditions.length === parts.length ? { joined, conditions } : null;
}

/** The form as a tree, or null while something is missing. */
export function treeOf({ joined, conditions }: Form): Tree | null {
  if (conditions.length === 0 || !conditions.every(isWhole)) return null;
  return joined === "all" ? { all: conditions } : { any: conditions };
}
