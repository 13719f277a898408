/** What cross-validation showed of one version: what is mixed up, what is weak, how far confidence can be trusted. */
import { BarChartOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { Link } from "react-router";
import type { Model, Pack, Report } from "@/api/understanding";
import { useModels, useReport } from "@/features/understanding/api";
import { Confusions } from "@/features/understanding/components/Confusions";
import { CoverageChart } from "@/features/understanding/components/CoverageChart";
import { HeatMap } from "@/features/understanding/components/HeatMap";
import { Languages } from "@/features/understanding/components/Languages";
import { Loaded } from "@/shared/ui/Loaded";
import { ReliabilityChart } from "@/features/understanding/components/ReliabilityChart";
import { WeakIntents } from "@/features/understanding/components/WeakIntents";
import { WrongRows } from "@/features/understanding/components/WrongRows";
import { useAddress } from "@/shared/hooks/address";
import { percent, titlesOf } from "@/features/understanding/model";
import { useI18n, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { EmptyState } from "@/shared/ui/States";
import styles from "@/features/understanding/components/page.module.css";
import own from "@/features/understanding/components/report.module.css";

export function ReportSection({ pack }: { pack: Pack }) {
  const models = useModels(pack.name);
  return <Loaded query={models}>{({ payload }) => <Chosen pack={pack} models={payload} />}</Loaded>;
}

function Chosen({ pack, models }: { pack: Pack; models: Model[] }) {
  const t = useT();
  const { account } = useSession();
  const [address, change] = useAddress();
  const model = models.find(({ id }) => String(id) === address("model")) ?? models[0];
  if (!model) {
    return (
      <div className={styles.sheet}>
        <EmptyState icon={<BarChartOutlined />} title={t("understand.no_report")} hint={t("understand.no_report_hint")} action={<Link to={`/a/${account.id}/understanding/models?pack=${pack.name}`}>{t("understand.go_train")}</Link>} />
      </div>
    );
  }
  const options = models.map((each) => ({ value: each.id, label: `${t("understand.version", { n: each.number })} · ${t(`understand.status.${each.status}`)}` }));
  return (
    <>
      <div className={styles.bar}>
        <Select aria-label={t("understand.choose_version")} value={model.id} options={options} popupMatchSelectWidth={false} onChange={(id: number) => change({ model: String(id) })} />
        <span className={styles.faint}>{t("understand.report_of", { n: model.figures.lines, folds: model.figures.folds, share: percent(model.figures.accuracy) })}</span>
      </div>
      <OneReport key={model.id} pack={pack} id={model.id} />
    </>
  );
}

function OneReport({ pack, id }: { pack: Pack; id: number }) {
  const report = useReport(id);
  return <Loaded query={report} rows={6}>{(found) => <Shown pack={pack} report={found} />}</Loaded>;
}

function Shown({ pack, report }: { pack: Pack; report: Report }) {
  const locale = useI18n((state) => state.locale);
  const title = titlesOf(pack, locale);
  return (
    <>
      <div className={own.charts}>
        <CoverageChart points={report.coverage} answerFrom={report.model.figures.answer_from} />
        <ReliabilityChart bins={report.reliability} />
      </div>
      <HeatMap report={report} title={title} />
      <Confusions confusions={report.confusions} title={title} />
      <WeakIntents intents={report.intents} title={title} pack={pack} />
      <Languages languages={report.languages} />
      <WrongRows report={report} title={title} pack={pack} />
    </>
  );
}
