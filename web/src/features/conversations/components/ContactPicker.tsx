/** The customer to write to: the one who was given, or one found by name, telephone or address. */
import { Select } from "antd";
import { useState } from "react";
import { useFoundContacts, useGivenContact } from "@/features/conversations/beginning";
import { useDebounced } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import styles from "@/features/conversations/components/begin.module.css";

export function ContactPicker({ given, onChoose }: { given: number | null; onChoose: (id: number) => void }) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const found = useFoundContacts(useDebounced(typed.trim(), 250), given === null);
  const whom = useGivenContact(given).data;
  if (given !== null) return <h3 className={styles.whom}>{whom ? whom.name || t("contact.nameless", { id: given }) : ""}</h3>;
  return (
    <label className={styles.line}>
      <span>{t("begin.to")}</span>
      <Select
        showSearch
        autoFocus
        filterOption={false}
        loading={found.isFetching}
        placeholder={t("begin.find")}
        notFoundContent={found.isError ? t("begin.find_failed") : found.isPending ? t("state.loading") : t("begin.nobody")}
        onSearch={setTyped}
        onChange={(id: number) => onChoose(id)}
        options={(found.data ?? []).map(({ id, name, email, phone_number }) => ({
          value: id,
          label: [name || t("contact.nameless", { id }), phone_number, email].filter(Boolean).join(" · "),
        }))}
      />
    </label>
  );
}
