/** An error as two sentences: what happened, and what to do. */
import { App } from "antd";
import { ProblemError } from "@/api/http";
import { useMaybeT } from "@/shared/i18n";

export interface ProblemText {
  cause: string;
  remedy: string;
  reference: string;
}

export function useProblemText(): (error: unknown) => ProblemText {
  const t = useMaybeT();
  return (error) => {
    const code = error instanceof ProblemError ? error.code : "unknown";
    const status = error instanceof ProblemError ? error.status : -1;
    const family = status >= 500 ? "problem.server" : `problem.${status}`;
    const detail = error instanceof ProblemError && status === 422 ? firstDetail(error) : "";
    const cause = t(`problem.code.${code}`, detail || t(family, t("problem.unknown", code)));
    const remedy = t(`problem.do.${status >= 500 ? "server" : status}`, t("problem.do.unknown", ""));
    const reference = error instanceof ProblemError ? (error.body.request_id ?? "") : "";
    return { cause, remedy, reference };
  };
}

function firstDetail(error: ProblemError): string {
  const first = error.body.errors?.[0];
  return first ? `${first.loc.filter((part) => part !== "body").join(".")}: ${first.msg}` : (error.body.detail ?? "");
}

/** Say an error in passing, for actions that were tried and undone. */
export function useSayProblem(): (error: unknown) => void {
  const { message } = App.useApp();
  const text = useProblemText();
  return (error) => {
    const { cause, remedy } = text(error);
    void message.error(`${cause} ${remedy}`.trim(), 6);
  };
}
