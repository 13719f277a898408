/** The three states every list has besides its content: loading, empty with a next step, error with a remedy. */
import { Button, Skeleton } from "antd";
import { useId, type ReactNode } from "react";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import styles from "@/shared/ui/states.module.css";

export function LoadingRows({ rows = 6, avatar = true }: { rows?: number; avatar?: boolean }) {
  const t = useT();
  const start = useId();
  return (
    <div className={styles.rows} role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={`${start}${index}`} aria-hidden>
          <Skeleton avatar={avatar} active title={{ width: "45%" }} paragraph={{ rows: 1, width: "80%" }} />
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  hint?: string;
  action?: ReactNode;
}

export function EmptyState({ icon, title, hint, action }: EmptyProps) {
  return (
    <div className={styles.state}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <div className={styles.title}>{title}</div>
      {hint && <div className={styles.hint}>{hint}</div>}
      {action}
    </div>
  );
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  const { cause, remedy, reference } = useProblemText()(error);
  return (
    <div className={styles.state} role="alert">
      <div className={styles.title}>{cause}</div>
      <div className={styles.hint}>{remedy}</div>
      {onRetry && <Button onClick={onRetry}>{t("action.retry")}</Button>}
      {reference && <code className={styles.reference}>{reference}</code>}
    </div>
  );
}
