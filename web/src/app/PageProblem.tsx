/** When a page is missing or broke: what happened, and the way back. */
import { Button } from "antd";
import { useRouteError } from "react-router";
import { useT } from "@/shared/i18n";
import { EmptyState } from "@/shared/ui/States";

export function PageProblem({ isMissing = false }: { isMissing?: boolean }) {
  const t = useT();
  const error = useRouteError();
  const isOldBuild = error instanceof TypeError && /import|module/i.test(error.message);
  const reload = () => {
    if (isMissing) window.location.hash = "#/";
    else window.location.reload();
  };
  return (
    <EmptyState
      title={t(isMissing ? "page.missing" : isOldBuild ? "page.outdated" : "page.broken")}
      hint={t(isMissing ? "page.missing_hint" : isOldBuild ? "page.outdated_hint" : "page.broken_hint")}
      action={<Button type="primary" onClick={reload}>{t(isMissing ? "page.home" : "page.reload")}</Button>}
    />
  );
}
