/** The lines that are read wrongly when they are not among the training lines; the surest mistakes come first. */
import { CheckCircleOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { Pack, Report } from "@/api/understanding";
import { More } from "@/features/understanding/components/Part";
import { Tag } from "@/shared/ui/Loaded";
import { placeOfLine, placeOfOverride } from "@/features/understanding/filters";
import { matchesWrong, percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";

const STEP = 20;

export function WrongRows({ report, title, pack }: { report: Report; title: (intent: string) => string; pack: Pack }) {
  const t = useT();
  const { account } = useSession();
  const [q, setQ] = useState("");
  const [limit, setLimit] = useState(STEP);
  const rows = useMemo(() => report.wrong.filter((row) => matchesWrong(row, q, title)), [report, q, title]);
  const shown = rows.slice(0, limit);
  return (
    <section className={styles.sheet} aria-label={t("understand.wrong")}>
      <h3>{t("understand.wrong")} <Tag>{report.wrong_total}</Tag></h3>
      <p className={styles.note}>{t("understand.wrong_hint")}</p>
      <div className={styles.more} style={{ padding: "0 16px 8px" }}>
        <Input.Search allowClear style={{ maxWidth: 320 }} value={q} aria-label={t("understand.search_wrong")} placeholder={t("understand.search_wrong")} onChange={(event) => setQ(event.target.value)} />
      </div>
      {rows.length === 0 && <EmptyState icon={<CheckCircleOutlined />} title={t(q ? "understand.none_match" : "understand.no_confusions")} />}
      {shown.map((row) => (
        <div key={`${row.text} ${row.intent}`} className={styles.item}>
          <div className={styles.grow}>
            <div className={styles.line}>{row.text}</div>
            <div className={styles.sub}>
              <Tag tone="main" title={row.intent}>{title(row.intent)}</Tag>
              <span>{t("understand.taken_for")}</span>
              <Tag tone="bad" title={row.read_as}>{title(row.read_as)}</Tag>
              <span>{percent(row.confidence, 0)}</span>
              <span>{t(row.is_own ? "understand.own" : "understand.from_pack")}</span>
            </div>
          </div>
          <Link to={row.is_own ? placeOfLine(account.id, pack.name, row.text) : placeOfOverride(account.id, pack.name, row.text, row.read_as)}>{t(row.is_own ? "understand.go_to_line" : "understand.override")}</Link>
        </div>
      ))}
      <More total={rows.length} shown={shown.length} onMore={() => setLimit((n) => n + 100)} />
      {report.wrong_total > report.wrong.length && shown.length === rows.length && <More total={report.wrong_total} shown={rows.length} />}
    </section>
  );
}
