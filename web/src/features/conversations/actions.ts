/** Acting on a conversation: at once on screen, then on the server; put back kindly when it refuses. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useMemo } from "react";
import { accountPath, http, ProblemError } from "@/api/http";
import type { ConversationView, Named, Priority, Status } from "@/api/views";
import { useSayProblem } from "@/shared/hooks/problems";
import { useUndo } from "@/shared/hooks/undo";
import { useFormat } from "@/shared/i18n/format";
import { useT } from "@/shared/i18n";
import { keys } from "@/shared/query_keys";
import { storeConversation, type Desk } from "@/shared/realtime";
import { useSession } from "@/shared/session";

/** 409 answers carry the present view, or leave us to ask for it. */
function presentView(error: unknown): ConversationView | null {
  if (!(error instanceof ProblemError) || error.status !== 409) return null;
  const view = error.body["conversation"] ?? error.body["current"];
  return typeof view === "object" && view !== null ? (view as ConversationView) : null;
}

export function useDesk(): Desk {
  const client = useQueryClient();
  const { account, user } = useSession();
  return useMemo(() => ({ client, account: account.id, me: user.id, now: Date.now }), [client, account.id, user.id]);
}

function useAct() {
  const desk = useDesk();
  const say = useSayProblem();
  const { message } = App.useApp();
  const t = useT();
  return async (before: ConversationView, guess: Partial<ConversationView>, path: string, body: unknown) => {
    storeConversation(desk, { ...before, ...guess });
    try {
      const answer = await http.post<ConversationView>(
        accountPath(desk.account, `conversations/${before.id}/${path}`),
        body,
      );
      if (answer?.id === before.id) storeConversation(desk, answer);
      return true;
    } catch (error) {
      const present = presentView(error);
      storeConversation(desk, present ?? before);
      if (error instanceof ProblemError && error.status === 409) {
        void message.warning(t("conflict.changed", { name: present?.assignee?.name ?? t("conflict.somebody") }), 6);
      } else say(error);
      void desk.client.invalidateQueries({ queryKey: keys.conversation(desk.account, before.id) });
      return false;
    }
  };
}

export function useConversationActions() {
  const act = useAct();
  const offerUndo = useUndo();
  const t = useT();
  const format = useFormat();
  const { user } = useSession();
  const me: Named = { id: user.id, name: user.name };

  const setStatus = (view: ConversationView, status: Status, until?: Date) => {
    const snoozed_until = until?.toISOString() ?? null;
    return act(view, { status, snoozed_until }, "toggle_status", until ? { status, snoozed_until } : { status });
  };
  const assign = (view: ConversationView, change: { assignee?: Named | null; team?: Named | null }) => {
    const body: Record<string, number | null> = {};
    if ("assignee" in change) body["assignee_id"] = change.assignee?.id ?? null;
    if ("team" in change) body["team_id"] = change.team?.id ?? null;
    return act(view, change, "assignments", body);
  };
  return {
    resolve: async (view: ConversationView) => {
      if (await setStatus(view, "resolved")) offerUndo(t("done.resolved", { id: view.id }), () => void setStatus(view, "open"));
    },
    reopen: (view: ConversationView) => setStatus(view, "open"),
    snooze: async (view: ConversationView, until: Date) => {
      const said = t("done.snoozed", { id: view.id, time: format.dateTime(until.toISOString()) });
      if (await setStatus(view, "snoozed", until)) offerUndo(said, () => void setStatus(view, "open"));
    },
    assign: async (view: ConversationView, change: { assignee?: Named | null; team?: Named | null }) => {
      const back = "team" in change ? { team: view.team } : { assignee: view.assignee };
      const name = (change.assignee ?? change.team)?.name;
      const said = name ? t("done.assigned", { id: view.id, name }) : t("done.unassigned", { id: view.id });
      if (await assign(view, change)) offerUndo(said, () => void assign(view, back));
    },
    takeOver: (view: ConversationView) =>
      act(view, { owner: "human", status: "open", assignee: me }, "ownership", {
        action: "take_over",
        owner_token: view.owner_token,
      }),
    giveBack: (view: ConversationView, note: string) =>
      act(view, { owner: "bot", status: "pending", assignee: null }, "ownership", {
        action: "give_back",
        note: note || null,
        owner_token: view.owner_token,
      }),
    setLabels: (view: ConversationView, labels: string[]) => act(view, { labels }, "labels", { labels }),
    setPriority: (view: ConversationView, priority: Priority | null) =>
      act(view, { priority }, "toggle_priority", { priority }),
    readHandoff: (view: ConversationView) =>
      act(
        view,
        { handoff: view.handoff && { ...view.handoff, read_at: new Date().toISOString() } },
        "handoff/read",
        {},
      ),
  };
}

export type ConversationActions = ReturnType<typeof useConversationActions>;
