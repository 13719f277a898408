/** One flow: its editor, and taking it away where the account added it or wants the shipped one out. */
import { ArrowLeftOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { Link, useLocation, useNavigate } from "react-router";
import type { PackState } from "@/api/flows";
import { usePackFile, useSaveFile } from "@/features/flows/api";
import { FileEditor } from "@/features/flows/components/FileEditor";
import { Changed, FileTag } from "@/features/flows/components/FileTag";
import { flowPath, nameOf } from "@/features/flows/model";
import { useUndo } from "@/shared/hooks/undo";
import { useI18n, useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/flows/components/page.module.css";

export function FlowSection({ state, name }: { state: PackState; name: string }) {
  const t = useT();
  const locale = useI18n((each) => each.locale);
  const { account } = useSession();
  const { search } = useLocation();
  const flow = state.flows.find((each) => each.name === name);
  const file = usePackFile(state.name, flow ? flowPath(name) : "");
  const back = { pathname: `/a/${account.id}/flows/list`, search };
  if (!flow) return <EmptyState title={t("flows.gone")} hint={t("flows.gone_hint")} action={<Link to={back}>{t("flows.list")}</Link>} />;
  if (file.isError && !file.data) return <ErrorState error={file.error} onRetry={() => void file.refetch()} />;
  if (!file.data) return <div className={styles.scroll}><LoadingRows rows={4} avatar={false} /></div>;
  const tools = (
    <>
      <Tooltip title={t("flows.back")}>
        <Link to={back} aria-label={t("flows.back")}><Button icon={<ArrowLeftOutlined />} tabIndex={-1} /></Link>
      </Tooltip>
      {isAtLeast(account.role, "administrator") && file.data.text !== null && <TakeAway state={state} name={name} text={file.data.text} />}
    </>
  );
  return (
    <div className={styles.fill}>
      <FileEditor state={state} file={file.data} title={nameOf(flow, locale)} sub={<><FileTag file={flow.file} /><Changed file={flow.file} /></>} hasDiagram tools={tools} />
    </div>
  );
}

function TakeAway({ state, name, text }: { state: PackState; name: string; text: string }) {
  const t = useT();
  const { account } = useSession();
  const { search } = useLocation();
  const navigate = useNavigate();
  const offerUndo = useUndo();
  const saving = useSaveFile(state.name);
  const away = () =>
    saving.mutate(
      { path: flowPath(name), text: null, edition: state.draft?.edition ?? 0 },
      {
        onSuccess: (after) => {
          void navigate({ pathname: `/a/${account.id}/flows/list`, search });
          offerUndo(t("flows.taken_away", { name }), () => saving.mutate({ path: flowPath(name), text, edition: after?.draft?.edition ?? 0 }));
        },
      },
    );
  return (
    <Tooltip title={t("flows.take_away")}>
      <Button icon={<DeleteOutlined />} aria-label={t("flows.take_away")} loading={saving.isPending} onClick={away} />
    </Tooltip>
  );
}
