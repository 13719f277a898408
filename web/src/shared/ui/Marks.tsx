/** Small marks that mean one thing everywhere: avatar, mood, channel, label, key cap. */
import { Tooltip } from "antd";
import type { Mood } from "@/api/views";
import { useT } from "@/shared/i18n";
import styles from "@/shared/ui/marks.module.css";

const HUES = [186, 32, 262, 142, 340, 214, 88, 14];

function initials(name: string): string {
  const bare = name.replace(/[（(【[].*$/u, "").trim() || name.trim();
  const words = bare.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (/^[\u3400-\u9fff]/.test(bare)) return /[\u3400-\u9fff](?=[^\u3400-\u9fff]*$)/.exec(bare)?.[0] ?? "?";
  return words.slice(0, 2).map((word) => word[0]?.toUpperCase() ?? "").join("") || "?";
}

export function Face({ name, id, size = 36, isBot = false }: { name: string; id: number; size?: number; isBot?: boolean }) {
  const hue = HUES[Math.abs(id) % HUES.length] ?? 186;
  const style = { width: size, height: size, fontSize: size * 0.4, ["--hue" as string]: hue };
  return (
    <span className={isBot ? `${styles.face} ${styles.bot}` : styles.face} style={style} aria-hidden>
      {isBot ? <BotGlyph /> : name.trim() ? initials(name) : <PersonGlyph />}
    </span>
  );
}

function PersonGlyph() {
  return (
    <svg viewBox="0 0 16 16" width="58%" height="58%" fill="currentColor" aria-hidden>
      <circle cx="8" cy="5" r="3" />
      <path d="M2.5 14c.5-3.2 2.7-5 5.500-5s5 1.800 5.500 5Z" />
    </svg>
  );
}

export function BotGlyph() {
  return (
    <svg viewBox="0 0 16 16" width="62%" height="62%" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden>
      <rect x="2.5" y="5" width="11" height="8" rx="2.5" />
      <path d="M8 5V2.5M5.8 8.5v1M10.2 8.5v1" strokeLinecap="round" />
    </svg>
  );
}

const SHAPES = { angry: "▲", anxious: "◆", disappointed: "▼", sarcastic: "◇", satisfied: "●", calm: "○" } as const;

/** Shape, word and colour together; nothing for a calm customer without hurry. */
export function MoodMark({ mood, always = false }: { mood: Mood | null; always?: boolean }) {
  const t = useT();
  if (!mood || (!always && mood.emotion === "calm" && mood.urgency !== "high")) return null;
  const isUrgent = mood.urgency === "high";
  return (
    <Tooltip title={t("mood.definition")}>
      <span className={styles.mood} data-emotion={mood.emotion} data-sentiment={mood.sentiment}>
        <span aria-hidden>{SHAPES[mood.emotion] ?? "○"}</span>
        {mood.emotion !== "calm" || always ? t(`mood.${mood.emotion}`) : null}
        {isUrgent && <b className={styles.urgent}>{t("mood.urgent")}</b>}
      </span>
    </Tooltip>
  );
}

export function LabelDot({ title, color }: { title: string; color: string | undefined }) {
  return (
    <span className={styles.label}>
      <i className={styles.dot} style={{ background: color ?? "var(--ant-color-text-quaternary)" }} />
      {title}
    </span>
  );
}

export function KeyCap({ children }: { children: string }) {
  return <kbd className={styles.key}>{children}</kbd>;
}

export function Proof({ verified }: { verified: boolean }) {
  const t = useT();
  return (
    <Tooltip title={t(verified ? "proof.verified_hint" : "proof.claimed_hint")}>
      <span className={styles.proof} data-verified={verified}>
        <span aria-hidden>{verified ? "✓" : "?"}</span>
        {t(verified ? "proof.verified" : "proof.claimed")}
      </span>
    </Tooltip>
  );
}
