/** Our sign: a wing over the harbour. */
import styles from "@/shared/ui/wordmark.module.css";

export function Sign({ size = 32 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <rect width="32" height="32" rx="8" className={styles.ground} />
      <path d="M6 21c4-1 6-3 8-8l2-6 3 8 7 3c-3 4-10 6-20 3Z" className={styles.wing} />
      <circle cx="24" cy="9" r="2.5" className={styles.light} />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className={styles.mark}>
      <Sign size={36} />
      <b>Kaitak</b>
    </span>
  );
}
