/** A table that becomes one card a row on a phone: every cell says there what its column is. */
import { Table, type TableColumnsType, type TableProps } from "antd";
import type { ReactNode } from "react";
import { useMedia, useRoom } from "@/shared/hooks/media";
import styles from "@/shared/ui/rows.module.css";

interface Props<Row> extends Omit<TableProps<Row>, "columns" | "scroll" | "size" | "pagination"> {
  columns: TableColumnsType<Row>;
  /** Narrower than this the table scrolls sideways. */
  width: number;
}

export function Rows<Row extends object>({ columns, width, ...rest }: Props<Row>) {
  const isPhone = useRoom() === "one";
  const isTight = useMedia(`(max-width: ${width + 160}px)`);
  if (!isPhone) {
    return (
      <div className={styles.scroll} {...(isTight ? { tabIndex: 0 } : {})}>
        <Table<Row> {...rest} size="small" pagination={false} columns={columns} style={{ minWidth: width }} />
      </div>
    );
  }
  const shown = columns.map((column) => ({ ...column, onCell: () => ({ "data-label": labelOf(column.title as ReactNode) }) }));
  return <Table<Row> {...rest} size="small" pagination={false} columns={shown as TableColumnsType<Row>} className={styles.cards ?? ""} />;
}

function labelOf(title: ReactNode): string {
  if (typeof title === "string") return title;
  const inner = (title as { props?: { children?: ReactNode; className?: string } } | null)?.props;
  return typeof inner?.children === "string" && inner.className !== "sr-only" ? inner.children : "";
}
