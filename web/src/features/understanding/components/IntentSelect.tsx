/** Choosing an intent by its title or its name; the name is what files and rules call it. */
import { Select } from "antd";
import type { Pack } from "@/api/understanding";
import { titleIn } from "@/features/understanding/model";
import { useI18n } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";

interface Props {
  pack: Pack;
  value?: string | null;
  placeholder: string;
  allowClear?: boolean;
  onChange?: (intent: string | null) => void;
  id?: string;
}

export function IntentSelect({ pack, value, placeholder, allowClear = false, onChange, id }: Props) {
  const locale = useI18n((state) => state.locale);
  const options = pack.intents.map(({ name, title }) => ({ value: name, label: titleIn(title, locale) }));
  return (
    <Select
      {...(id ? { id } : {})}
      showSearch={{ filterOption: (typed, option) => `${option?.label} ${option?.value}`.toLowerCase().includes(typed.toLowerCase()) }}
      allowClear={allowClear}
      className={styles.field}
      popupMatchSelectWidth={300}
      value={value ?? null}
      placeholder={placeholder}
      aria-label={placeholder}
      options={options}
      optionRender={({ value: name, label }) => <>{label} <small style={{ color: "var(--ant-color-text-tertiary)" }}>{String(name)}</small></>}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? null)}
    />
  );
}
