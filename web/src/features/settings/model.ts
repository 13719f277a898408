/** Pure: a channel's JSON Schema as form fields, and the code that goes into a shop's page. */
import type { InboxView, JsonSchema, JsonSchemaField } from "@/api/set_up";

export interface Field {
  name: string;
  title: string;
  hint: string;
  kind: "text" | "secret" | "number" | "switch" | "list" | "choice" | "lines";
  isRequired: boolean;
  initial: unknown;
  isAdvanced: boolean;
  choices: string[];
}

function coreOf(field: JsonSchemaField): JsonSchemaField {
  const real = field.anyOf?.find(({ type }) => type !== "null");
  return real ? { ...field, ...real } : field;
}

function kindOf(field: JsonSchemaField): Field["kind"] {
  if (field.writeOnly || field.format === "password") return "secret";
  if (field.enum) return "choice";
  if (field.type === "string" && (field.maxLength ?? 0) >= 10_000) return "lines";
  if (field.type === "boolean") return "switch";
  if (field.type === "integer" || field.type === "number") return "number";
  return field.type === "array" ? "list" : "text";
}

/** The fields that a form can draw, those that are rarely changed last; secrets that the server makes and objects are left out. */
export function fieldsOf(schema: JsonSchema): Field[] {
  return Object.entries(schema.properties ?? {})
    .map(([name, raw]) => ({ name, field: coreOf(raw) }))
    .filter(({ field }) => field.type !== "object" && !field.generated)
    .map(({ name, field }) => ({
      name,
      title: field.title ?? name,
      hint: field.description ?? "",
      kind: kindOf(field),
      isRequired: schema.required?.includes(name) ?? false,
      initial: field.default ?? undefined,
      isAdvanced: field.advanced ?? false,
      choices: field.enum ?? [],
    }))
    .sort((one, other) => Number(one.isAdvanced) - Number(other.isAdvanced));
}

const NEAR = 14 * 86_400_000;

/** Whether credentials end within two weeks, or have ended. */
export function isEndNear(at: string | null, now: number): at is string {
  return at !== null && Date.parse(at) - now < NEAR;
}

/** The one tag of the web widget. */
export function embedCode(origin: string, inbox: Pick<InboxView, "identifier">): string {
  return `<script src="${origin}/widget.js" data-website-token="${inbox.identifier}" async></script>`;
}

const isBlank = (value: unknown): boolean => value === undefined || value === "" || value === null;

/** What was filled in. An empty secret means "leave it as it is"; another field that was emptied goes back to what it is by itself. */
export function filled(values: Record<string, unknown>, fields: Field[], before: Record<string, unknown> | null = null): Record<string, unknown> {
  const kept = Object.entries(values).filter(([, value]) => !isBlank(value));
  const emptied = fields.filter(({ name, kind }) => kind !== "secret" && name in values && isBlank(values[name]) && !isBlank(before?.[name]));
  return Object.fromEntries([...kept, ...emptied.map(({ name, initial }) => [name, initial ?? null] as const)]);
}
