/** The facts of an article as form fields: who may see it, when it holds, who looks after it, where it stands. */
import { AutoComplete, DatePicker, Form, Segmented, Select } from "antd";
import { useFacets } from "@/features/knowledge/api";
import { AUDIENCES, LOCALES } from "@/features/knowledge/model";
import { useT } from "@/shared/i18n";
import { useAgents } from "@/shared/reference";
import styles from "@/features/knowledge/components/article.module.css";

export function FactsFields() {
  const t = useT();
  const facets = useFacets().data;
  const agents = useAgents().data ?? [];
  const form = Form.useFormInstance();
  const isAfterStart = async () => {
    const [from, to] = [form.getFieldValue("valid_from"), form.getFieldValue("valid_to")];
    if (from && to && to.isBefore(from, "day")) throw new Error(t("knowledge.dates_turned"));
  };
  return (
    <div className={styles.factsForm}>
      <Form.Item name="audience" label={t("knowledge.audience")} extra={t("knowledge.audience_hint")}>
        <Segmented options={AUDIENCES.map((value) => ({ value, label: t(`knowledge.audience.${value}`) }))} />
      </Form.Item>
      <Form.Item name="valid_from" label={t("knowledge.valid_from")}><DatePicker placeholder={t("knowledge.always")} /></Form.Item>
      <Form.Item name="valid_to" label={t("knowledge.valid_to")} dependencies={["valid_from"]} rules={[{ validator: isAfterStart }]}><DatePicker placeholder={t("knowledge.no_end")} /></Form.Item>
      <Form.Item name="review_at" label={t("knowledge.review")}><DatePicker placeholder={t("knowledge.unset")} /></Form.Item>
      <Form.Item name="owner_id" label={t("knowledge.owner")}>
        <Select allowClear showSearch={{ optionFilterProp: "label" }} placeholder={t("knowledge.unset")} options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
      <Form.Item name="locale" label={t("knowledge.locale")}><Select options={LOCALES.map((value) => ({ value, label: t(`knowledge.locale.${value}`) }))} /></Form.Item>
      <Form.Item name="category" label={t("knowledge.category")}>
        <AutoComplete maxLength={60} placeholder={t("knowledge.unset")} options={(facets?.categories ?? []).map(({ name }) => ({ value: name }))} showSearch={{ filterOption: (typed, option) => (option?.value ?? "").includes(typed) }} />
      </Form.Item>
      <Form.Item name="tags" label={t("knowledge.tags")}>
        <Select mode="tags" maxCount={20} tokenSeparators={[",", "，", "、"]} placeholder={t("knowledge.unset")} options={(facets?.tags ?? []).map(({ name }) => ({ value: name, label: name }))} />
      </Form.Item>
    </div>
  );
}
