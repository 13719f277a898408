/** What readers will see of the words at hand, and into how many pieces they fall that answers can be made of. */
import { Segmented } from "antd";
import { useState } from "react";
import type { Piece } from "@/api/knowledge";
import { usePreview } from "@/features/knowledge/api";
import { Prose } from "@/features/knowledge/components/Parts";
import { Tag } from "@/shared/ui/Loaded";
import { useDebounced } from "@/shared/hooks/time";
import { useT } from "@/shared/i18n";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/article.module.css";

const VIEWS = ["seen", "understood"] as const;
type View = (typeof VIEWS)[number];

export function LivePreview({ title, body }: { title: string; body: string }) {
  const t = useT();
  const [view, setView] = useState<View>("seen");
  const settled = useDebounced(body, 300);
  const preview = usePreview(useDebounced(title, 300), settled);
  const isEmpty = settled.trim() === "";
  return (
    <section className={styles.previewPane} aria-label={t("knowledge.preview")} aria-busy={preview.isFetching}>
      <div className={styles.seenHead}>
        <span className={styles.label}>{t("knowledge.preview")}</span>
        <Segmented size="small" value={view} options={VIEWS.map((value) => ({ value, label: value === "understood" && preview.data && !isEmpty ? t("knowledge.n_pieces", { n: preview.data.pieces }) : t(`knowledge.preview.${value}`) }))} onChange={setView} />
      </div>
      <div className={styles.seen}>
        {isEmpty && <span className={page.faint}>{t("knowledge.preview_empty")}</span>}
        {!isEmpty && preview.data && (view === "seen" ? <Prose className={styles.prose} html={preview.data.html} /> : <Pieces pieces={preview.data.preview} total={preview.data.pieces} />)}
      </div>
    </section>
  );
}

/** What was understood as one thing that an article says. */
export function Pieces({ pieces, total }: { pieces: Piece[]; total: number }) {
  const t = useT();
  return (
    <div>
      {pieces.map((piece, place) => (
        <div key={place} style={{ marginBottom: 8 }}>
          <div className={page.line}>{piece.text}</div>
          <div className={page.sub}><Tag>{t(`knowledge.piece.${piece.kind}`)}</Tag>{piece.heading && <span>{piece.heading}</span>}</div>
        </div>
      ))}
      {total > pieces.length && <div className={page.faint}>{t("knowledge.more_pieces", { n: total - pieces.length })}</div>}
    </div>
  );
}
