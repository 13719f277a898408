/** The list every section shows: rows, or its loading, empty and error state. */
import { App, Button, Popconfirm } from "antd";
import { CopyOutlined, DeleteOutlined } from "@ant-design/icons";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useT } from "@/shared/i18n";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/settings/components/settings.module.css";

interface Props<T> {
  query: UseQueryResult<T[]>;
  empty: { title: string; hint: string; action?: ReactNode };
  row: (item: T) => ReactNode;
}

export function Sheet<T>({ query, empty, row }: Props<T>) {
  if (query.isPending) return <div className={styles.sheet}><LoadingRows rows={3} avatar={false} /></div>;
  if (query.isError && !query.data) return <div className={styles.sheet}><ErrorState error={query.error} onRetry={() => void query.refetch()} /></div>;
  const items = query.data ?? [];
  return <div className={styles.sheet}>{items.length === 0 ? <EmptyState {...empty} /> : items.map(row)}</div>;
}

/** Deleting cannot be undone, so it asks once. */
export function DeleteButton({ name, onConfirm }: { name: string; onConfirm: () => void }) {
  const t = useT();
  return (
    <Popconfirm title={t("settings.delete_ask", { name })} okText={t("action.delete")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={onConfirm}>
      <Button type="text" icon={<DeleteOutlined />} aria-label={t("settings.delete_one", { name })} />
    </Popconfirm>
  );
}

/** A secret or an address shown once, easy to take along. */
export function CopyBox({ text, label }: { text: string; label: string }) {
  const t = useT();
  const { message } = App.useApp();
  const copy = () => void navigator.clipboard?.writeText(text).then(() => message.success(t("done.copied")));
  return (
    <>
      <code className={styles.code}>{text}</code>
      <Button size="small" icon={<CopyOutlined />} onClick={copy}>{t("action.copy", { name: label })}</Button>
    </>
  );
}
