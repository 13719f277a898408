/** Tabs with counts, search, and what narrows the queue. */
import { CloseCircleFilled, FilterOutlined, FormOutlined, SearchOutlined } from "@ant-design/icons";
import { Badge, Button, Input, Popover, Select } from "antd";
import { useEffect, useState } from "react";
import { useCounts } from "@/features/conversations/api";
import { STATUSES, TABS } from "@/features/conversations/filters";
import { beginWith } from "@/shared/beginning";
import { useDebounced } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import { useShortcut } from "@/shared/keyboard";
import type { Filters } from "@/shared/query_keys";
import { useInboxes, useLabels } from "@/shared/reference";
import styles from "@/features/conversations/components/queue.module.css";

interface Props {
  filters: Filters;
  onChange: (change: Partial<Filters>) => void;
}

export function QueueFilters({ filters, onChange }: Props) {
  const t = useT();
  const counts = useCounts(filters).data;
  const shown = { mine: counts?.mine_count, unassigned: counts?.unassigned_count, all: counts?.all_count, bot: undefined };
  useShortcut("next_tab", () => onChange({ tab: TABS[(TABS.indexOf(filters.tab) + 1) % TABS.length] ?? "all" }));
  const narrowed = [filters.status !== "open", filters.inbox !== null, filters.label !== null].filter(Boolean).length;

  return (
    <header className={styles.head}>
      <div className={styles.tabs} role="tablist" aria-label={t("queue.tabs")}>
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={filters.tab === tab}
            className={styles.tab}
            onClick={() => onChange({ tab })}
          >
            {t(`queue.tab_${tab}`)}
            {shown[tab] !== undefined && <span className={styles.count}>{shown[tab] >= 1000 ? "999+" : shown[tab]}</span>}
          </button>
        ))}
      </div>
      <div className={styles.search}>
        <SearchBox key={filters.tab} value={filters.q} onChange={(q) => onChange({ q })} />
        <Popover trigger="click" placement="bottomRight" content={<Narrow filters={filters} onChange={onChange} />}>
          <Badge count={narrowed} size="small" color="var(--ant-color-primary)">
            <Button icon={<FilterOutlined />} aria-label={t("queue.filters")} title={t("queue.filters")} />
          </Badge>
        </Popover>
        <Button icon={<FormOutlined />} aria-label={t("begin.title")} title={t("begin.title")} onClick={() => beginWith(null)} />
      </div>
      {narrowed > 0 && <ActiveFilters filters={filters} onChange={onChange} />}
    </header>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  const settled = useDebounced(text, 250);
  useEffect(() => {
    if (settled.trim() !== value) onChange(settled.trim());
    // only what was typed moves the filter; the filter's own changes must not echo
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Input
      allowClear
      prefix={<SearchOutlined />}
      placeholder={t("queue.search")}
      aria-label={t("queue.search")}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

function Narrow({ filters, onChange }: Props) {
  const t = useT();
  const inboxes = useInboxes().data ?? [];
  const labels = useLabels().data ?? [];
  return (
    <div className={styles.narrow}>
      <label htmlFor="filter-status">{t("queue.status")}</label>
      <Select
        id="filter-status"
        value={filters.tab === "bot" ? "pending" : filters.status}
        disabled={filters.tab === "bot"}
        onChange={(status: string) => onChange({ status })}
        options={[...STATUSES, ...(filters.tab === "bot" ? (["pending"] as const) : [])].map((status) => ({
          value: status,
          label: t(`status.${status}`),
        }))}
      />
      <label htmlFor="filter-inbox">{t("queue.inbox")}</label>
      <Select
        id="filter-inbox"
        allowClear
        placeholder={t("queue.any")}
        value={filters.inbox}
        onChange={(inbox: number | undefined) => onChange({ inbox: inbox ?? null })}
        options={inboxes.map((inbox) => ({ value: inbox.id, label: inbox.name }))}
      />
      <label htmlFor="filter-label">{t("queue.by_label")}</label>
      <Select
        id="filter-label"
        allowClear
        placeholder={t("queue.any")}
        value={filters.label}
        onChange={(label: string | undefined) => onChange({ label: label ?? null })}
        options={labels.map(({ title }) => ({ value: title, label: title }))}
      />
    </div>
  );
}

function ActiveFilters({ filters, onChange }: Props) {
  const t = useT();
  const inboxes = useInboxes().data ?? [];
  const chips: { text: string; clear: Partial<Filters> }[] = [];
  const status = STATUSES.find((known) => known === filters.status);
  if (status && status !== "open" && filters.tab !== "bot") chips.push({ text: t(`status.${status}`), clear: { status: "open" } });
  const inbox = inboxes.find(({ id }) => id === filters.inbox);
  if (inbox) chips.push({ text: inbox.name, clear: { inbox: null } });
  if (filters.label) chips.push({ text: filters.label, clear: { label: null } });
  return (
    <div className={styles.chips}>
      {chips.map(({ text, clear }) => (
        <button key={text} type="button" className={styles.chip} onClick={() => onChange(clear)} aria-label={t("queue.remove_filter", { name: text })}>
          {text} <CloseCircleFilled />
        </button>
      ))}
    </div>
  );
}
