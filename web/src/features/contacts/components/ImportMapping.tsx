/** What the columns of a file are, and what becomes of lines that match somebody. */
import { Button, Radio, Select } from "antd";
import { useState } from "react";
import { useDefinitions, useImportRows, useRecordChange, type Import } from "@/features/contacts/records_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import styles from "@/features/contacts/components/records.module.css";

const TARGETS = ["name", "last_name", "first_name", "phone_number", "email", "identifier", "company", "locale"] as const;
const SAMPLES = 3;

export function ImportMapping({ row }: { row: Import }) {
  const t = useT();
  const say = useSayProblem();
  const change = useRecordChange<Import>();
  const fields = useDefinitions("contact_attribute").data ?? [];
  const sample = useImportRows(row, null).data?.pages[0]?.payload.slice(0, SAMPLES) ?? [];
  const [mapping, setMapping] = useState(row.mapping);
  const [onMatch, setOnMatch] = useState(row.on_match);
  const [onResembling, setOnResembling] = useState(row.on_resembling);
  const options = [
    { value: "", label: t("imports.target.none") },
    ...TARGETS.map((value) => ({ value: value as string, label: t(`imports.target.${value}`) })),
    ...fields.map((field) => ({ value: `custom:${field.attribute_key}`, label: field.attribute_display_name })),
  ];
  const put = (place: number, target: string) => setMapping(mapping.map((each, at) => (at === place ? target : each === target ? "" : each)));
  const isChanged = mapping.join("\n") !== row.mapping.join("\n") || onMatch !== row.on_match || onResembling !== row.on_resembling || row.status === "cancelled";
  const check = () => change.mutate({ method: "patch", to: `contact_imports/${row.id}`, body: { mapping, on_match: onMatch, on_resembling: onResembling } }, { onError: say });
  return (
    <section className={styles.card} aria-label={t("imports.columns")}>
      <h3>{t("imports.columns")}</h3>
      <div className={styles.mapping}>
        {row.headers.map((header, place) => (
          <div key={`${place}${header}`}>
            <span className={styles.header} title={header}>{header || t("imports.column_n", { n: place + 1 })}</span>
            <Select showSearch={{ optionFilterProp: "label" }} value={mapping[place] ?? ""} aria-label={t("imports.column_is", { name: header || String(place + 1) })} options={options} onChange={(target: string) => put(place, target)} />
            <span className={styles.sample}>{sample.map(({ cells }) => cells[place]).filter(Boolean).join(" · ")}</span>
          </div>
        ))}
      </div>
      <h3 style={{ marginTop: 16 }}>{t("imports.on_match")}</h3>
      <Radio.Group value={onMatch} onChange={(event) => setOnMatch(event.target.value as Import["on_match"])} options={(["update", "skip"] as const).map((value) => ({ value, label: t(`imports.on_match.${value}`) }))} />
      <h3 style={{ marginTop: 16 }}>{t("imports.on_resembling")}</h3>
      <p className={styles.faint} style={{ margin: "0 0 6px" }}>{t("imports.on_resembling_hint")}</p>
      <Radio.Group value={onResembling} onChange={(event) => setOnResembling(event.target.value as Import["on_resembling"])} options={(["skip", "update", "create"] as const).map((value) => ({ value, label: t(`imports.on_resembling.${value}`) }))} />
      <div className={styles.actions}><Button disabled={!isChanged} loading={change.isPending} onClick={check}>{t("imports.check")}</Button></div>
    </section>
  );
}
