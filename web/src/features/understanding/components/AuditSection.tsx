/** The quality of all lines that would be trained; every finding leads to its lines. */
import { CheckCircleOutlined } from "@ant-design/icons";
import type { Audit, Pack } from "@/api/understanding";
import { useAudit } from "@/features/understanding/api";
import { Finding, Row } from "@/features/understanding/components/AuditParts";
import { Starved } from "@/features/understanding/components/Starved";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import { Shares } from "@/features/understanding/components/Shares";
import { ownFirst, percent, titlesOf } from "@/features/understanding/model";
import { useI18n, useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";

export function AuditSection({ pack }: { pack: Pack }) {
  const audit = useAudit(pack.name);
  return <Loaded query={audit} rows={5}>{(found) => <Found found={found} pack={pack} />}</Loaded>;
}

function Found({ found, pack }: { found: Audit; pack: Pack }) {
  const t = useT();
  const maybe = useMaybeT();
  const locale = useI18n((state) => state.locale);
  const title = titlesOf(pack, locale);
  const starved = found.intents.filter((each) => each.is_starved);
  const near = (items: Audit["near_across"]) => ownFirst(items, ({ first, second }) => [first, second]);
  const isClean = found.conflicts_total + found.near_across_total + found.mislabels_total + starved.length === 0;
  return (
    <>
      <p className={styles.note}>{t("understand.audit_of", { n: found.lines, own: found.own_lines })}</p>
      {isClean && <div className={styles.card}><div className={styles.clean}><CheckCircleOutlined /> {t("understand.clean")}</div><div className={styles.faint}>{t("understand.clean_hint")}</div></div>}
      <Finding id="conflicts" total={found.conflicts_total} items={ownFirst(found.conflicts, ({ lines }) => lines)} tone="bad">
        {(item) => <Row key={item.text} pack={pack} lines={item.lines} />}
      </Finding>
      <Finding id="mislabels" total={found.mislabels_total} items={ownFirst(found.mislabels, ({ line }) => [line])} tone="warn">
        {(item) => (
          <Row key={`${item.line.text} ${item.line.intent}`} pack={pack} lines={[item.line]} better={item.read_as}>
            <span>{t("understand.reads_as", { intent: title(item.read_as), share: percent(item.confidence, 0) })}</span>
            <span className={styles.faint}>{t(`understand.seen_by.${item.seen_by}`)}</span>
          </Row>
        )}
      </Finding>
      <Finding id="near_across" total={found.near_across_total} items={near(found.near_across)} tone="warn">
        {(item) => (
          <Row key={`${item.first.text} ${item.second.text}`} pack={pack} lines={[item.first, item.second]}>
            <Tag>{t("understand.alike", { share: percent(item.similarity, 0) })}</Tag>
          </Row>
        )}
      </Finding>
      <Starved intents={found.intents} pack={pack} />
      <Finding id="near_within" total={found.near_within_total} items={near(found.near_within)} tone="">
        {(item) => (
          <Row key={`${item.first.text} ${item.second.text}`} pack={pack} lines={[item.first, item.second]}>
            <Tag>{t("understand.alike", { share: percent(item.similarity, 0) })}</Tag>
          </Row>
        )}
      </Finding>
      <Shares title={t("understand.languages")} shares={found.languages.map((each) => ({ ...each, name: maybe(`trace.value.${each.name}`, each.name) }))} />
      <Shares title={t("understand.styles")} hint={t("understand.styles_hint")} shares={found.styles.map((each) => ({ ...each, name: maybe(`understand.style.${each.name}`, each.name) }))} />
    </>
  );
}
