/** A field's value: shown as people read it, and put in by the control of its type. */
import { DatePicker, Input, InputNumber, Select, Switch } from "antd";
import dayjs from "dayjs";
import type { Json } from "@/api/views";
import type { Definition } from "@/features/contacts/records_api";
import { useT, type Translate } from "@/shared/i18n";

export function shownValue(value: Json | undefined, t: Translate): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "boolean") return t(value ? "fields.yes" : "fields.no");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Only addresses of pages become links; anything else that an importer wrote stays words. */
export function AttributeValue({ value }: { value: Json }) {
  const t = useT();
  if (typeof value === "string" && /^https?:\/\//i.test(value)) return <a href={value} target="_blank" rel="noreferrer noopener">{value}</a>;
  return <>{shownValue(value, t)}</>;
}

interface Props {
  definition: Definition;
  value: Json | undefined;
  onChange: (value: Json) => void;
}

/** What is typed goes out when the field is left or Enter is pressed; null takes the value away. */
export function AttributeInput({ definition, value, onChange }: Props) {
  const t = useT();
  const label = definition.attribute_display_name;
  const leave = (text: string) => {
    if (text.trim() !== (value ?? "")) onChange(text.trim() || null);
  };
  switch (definition.attribute_display_type) {
    case "checkbox":
      return <Switch size="small" checked={value === true} aria-label={label} onChange={onChange} />;
    case "list":
      return <Select allowClear size="small" style={{ width: "100%" }} aria-label={label} value={typeof value === "string" ? value : null} placeholder={t("fields.empty")} options={definition.attribute_values.map((each) => ({ value: each, label: each }))} onChange={(chosen?: string | null) => onChange(chosen ?? null)} />;
    case "date":
      return <DatePicker size="small" style={{ width: "100%" }} aria-label={label} placeholder={t("fields.empty")} value={typeof value === "string" && dayjs(value).isValid() ? dayjs(value) : null} onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : null)} />;
    case "number":
      return <InputNumber size="small" style={{ width: "100%" }} aria-label={label} placeholder={t("fields.empty")} {...(typeof value === "number" ? { defaultValue: value } : {})} onBlur={(event) => { const text = event.target.value.replaceAll(",", ""); const next = text === "" ? null : Number(text); if (next !== (value ?? null) && !Number.isNaN(next)) onChange(next); }} onPressEnter={(event) => event.currentTarget.blur()} />;
    default:
      return <Input size="small" aria-label={label} maxLength={2000} placeholder={t("fields.empty")} defaultValue={typeof value === "string" ? value : ""} onBlur={(event) => leave(event.target.value)} onPressEnter={(event) => { if (!event.nativeEvent.isComposing) event.currentTarget.blur(); }} />;
  }
}
