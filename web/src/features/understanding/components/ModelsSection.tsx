/** Versions: which one answers customers, train a new one, promote, go back, remove. */
import { RollbackOutlined } from "@ant-design/icons";
import { App, Button, Popconfirm } from "antd";
import type { ModelList, Pack } from "@/api/understanding";
import { useModels, useRollback } from "@/features/understanding/api";
import { ModelCard } from "@/features/understanding/components/ModelCard";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import { TrainingPanel } from "@/features/understanding/components/TrainingPanel";
import { packOwnAccuracy, percent } from "@/features/understanding/model";
import { useT } from "@/shared/i18n";
import styles from "@/features/understanding/components/page.module.css";

export function ModelsSection({ pack }: { pack: Pack }) {
  const models = useModels(pack.name);
  return (
    <>
      <TrainingPanel pack={pack} />
      <Loaded query={models}>{(found) => <Versions pack={pack} found={found} />}</Loaded>
    </>
  );
}

function Versions({ pack, found }: { pack: Pack; found: ModelList }) {
  return (
    <>
      {found.payload.map((model) => (
        <ModelCard key={model.id} model={model} action={model.status === "active" && found.can_roll_back ? <GoBack pack={pack} /> : null} />
      ))}
      <PackOwn pack={pack} found={found} />
    </>
  );
}

function GoBack({ pack }: { pack: Pack }) {
  const t = useT();
  const rollback = useRollback();
  const { message } = App.useApp();
  const go = () =>
    rollback.mutate(pack.name, {
      onSuccess: ({ active }) => void message.success(active.number === null ? t("understand.now_pack_own") : t("understand.now_active", { n: active.number })),
    });
  return (
    <Popconfirm title={t("understand.roll_back_ask")} description={t("understand.roll_back_hint")} okText={t("understand.roll_back")} cancelText={t("action.cancel")} onConfirm={go}>
      <Button icon={<RollbackOutlined />} loading={rollback.isPending}>{t("understand.roll_back")}</Button>
    </Popconfirm>
  );
}

/** The model that the pack brings; the account can always come back to it. */
function PackOwn({ pack, found }: { pack: Pack; found: ModelList }) {
  const t = useT();
  const accuracy = packOwnAccuracy(found.payload);
  return (
    <section className={styles.card} data-model="pack">
      <div className={styles.cardHead}>
        <h3>{t("understand.pack_own")}</h3>
        {found.active.is_pack_own && <Tag tone="good">{t("understand.status.active")}</Tag>}
      </div>
      <div className={styles.sub}>
        <span>{t("understand.pack_lines", { n: pack.pack_examples })}</span>
        <span>{t("understand.pack_version", { version: pack.version })}</span>
        {accuracy !== null && <span>{t("understand.pack_accuracy", { share: percent(accuracy) })}</span>}
      </div>
      {found.payload.length === 0 && <p className={styles.note} style={{ margin: "8px 0 0" }}>{t("understand.no_versions_hint")}</p>}
    </section>
  );
}
