/** Who types just now; gone by itself when the news stops. */
import { useEffect, useState } from "react";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { usePresence } from "@/shared/presence";
import styles from "@/features/conversations/components/thread.module.css";

export function Typists({ id }: { id: number }) {
  const t = useT();
  const { list } = useFormat();
  const typing = usePresence((state) => state.typing[id]);
  const [now, setNow] = useState(() => Date.now());
  const active = (typing ?? []).filter((typist) => typist.until > now);
  const isAny = (typing?.length ?? 0) > 0;
  useEffect(() => {
    setNow(Date.now());
    if (!isAny) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isAny, typing]);
  if (active.length === 0) return <div className={styles.typing} aria-hidden />;
  const names = list(active.map(({ type, name }) => name || t(type === "contact" ? "author.customer" : "author.bot")));
  return (
    <div className={styles.typing}>
      <span className={styles.dots} aria-hidden><i /><i /><i /></span>
      {t("thread.typing", { names })}
    </div>
  );
}
