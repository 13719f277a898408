/** What the bot says, a file for each language: edited as text, with faults at their line and a talk to try it. */
import { Segmented } from "antd";
import { Navigate, useLocation, useNavigate } from "react-router";
import type { PackState } from "@/api/flows";
import { usePackFile } from "@/features/flows/api";
import { FileEditor } from "@/features/flows/components/FileEditor";
import { Changed, FileTag } from "@/features/flows/components/FileTag";
import { briefOf, LOCALE_OF_PACK, wordingPath } from "@/features/flows/model";
import { useI18n, useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/flows/components/page.module.css";

const NAMES: Record<string, string> = { "zh-HK": "繁體中文", "zh-Hans": "简体中文", en: "English" };

export function WordingSection({ state, language }: { state: PackState; language: string }) {
  const t = useT();
  const locale = useI18n((each) => each.locale);
  const { account } = useSession();
  const { search } = useLocation();
  const navigate = useNavigate();
  const isKnown = state.languages.includes(language);
  const path = wordingPath(language);
  const file = usePackFile(state.name, isKnown ? path : "");
  const to = (name: string) => ({ pathname: `/a/${account.id}/flows/wording/${name}`, search });
  if (!isKnown) {
    const first = state.languages.includes(LOCALE_OF_PACK[locale]) ? LOCALE_OF_PACK[locale] : (state.languages[0] ?? "zh-HK");
    return <Navigate to={to(first)} replace />;
  }
  if (file.isError && !file.data) return <ErrorState error={file.error} onRetry={() => void file.refetch()} />;
  if (!file.data) return <div className={styles.scroll}><LoadingRows rows={4} avatar={false} /></div>;
  const brief = briefOf(state, path);
  const choice = (
    <Segmented value={language} aria-label={t("flows.language")} options={state.languages.map((value) => ({ value, label: NAMES[value] ?? value }))} onChange={(value) => void navigate(to(value))} />
  );
  return (
    <div className={styles.fill}>
      <FileEditor key={path} state={state} file={file.data} title={t("flows.wording")} sub={brief && <><FileTag file={brief} /><Changed file={brief} /></>} hasDiagram={false} tools={choice} />
    </div>
  );
}
