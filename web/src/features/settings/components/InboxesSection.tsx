/** Inboxes: what customers can write to; connect one, embed it, pause it, say who works there. */
import { CodeOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { InboxView } from "@/api/set_up";
import { useChange, useChannels } from "@/features/settings/api";
import { InboxForm } from "@/features/settings/components/InboxForm";
import { InboxGuide } from "@/features/settings/components/InboxGuide";
import { DeleteButton, Sheet } from "@/features/settings/components/Sheet";
import { isEndNear } from "@/features/settings/model";
import { useNow } from "@/shared/hooks/time";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useInboxes, useInboxHealth } from "@/shared/reference";
import { isAtLeast, useSession } from "@/shared/session";
import { FailingCalls } from "@/shared/ui/FailingCalls";
import styles from "@/features/settings/components/settings.module.css";

function StateTag({ inbox, isFailing }: { inbox: InboxView; isFailing: boolean }) {
  const t = useT();
  if (inbox.paused_at) return <span className={styles.tag} data-tone="bad">{t("inbox.paused")}</span>;
  const state = inbox.receiver?.state ?? "receiving";
  if (isFailing && state === "receiving") return <span className={styles.tag} data-tone="bad">{t("failing.state")}</span>;
  if (state === "receiving") return <span className={styles.tag} data-tone="good">{t("inbox.on")}</span>;
  return <span className={styles.tag} data-tone={state === "failing" ? "bad" : "warn"}>{t(`inbox.receiver_${state}`)}</span>;
}

/** Said while there is still time to make new ones. */
function EndOfCredentials({ at }: { at: string | null }) {
  const t = useT();
  const now = useNow();
  const { dateTime } = useFormat();
  if (!isEndNear(at, now)) return null;
  return <p className={styles.ending} role="note">{t("inbox.credentials_end", { time: dateTime(at) })}</p>;
}

export function InboxesSection() {
  const t = useT();
  const maybe = useMaybeT();
  const { account } = useSession();
  const query = useInboxes();
  const change = useChange<unknown>("inboxes");
  const channels = useChannels(true).data ?? [];
  const health = useInboxHealth().data ?? [];
  const failingOf = (id: number) => health.find((each) => each.inbox_id === id)?.failing_calls ?? [];
  const mayChange = isAtLeast(account.role, "administrator");
  const [edited, setEdited] = useState<InboxView | "new" | null>(null);
  const [guided, setGuided] = useState<InboxView | null>(null);
  const add = mayChange && <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")}>{t("inbox.new")}</Button>;
  const finish = (inbox: InboxView) => {
    setEdited(null);
    if (edited === "new" || inbox.generated) setGuided(inbox);
  };
  return (
    <>
      <div className={styles.bar}><span />{add}</div>
      <Sheet
        query={query}
        empty={{ title: t("inbox.none"), hint: t(mayChange ? "inbox.none_hint" : "inbox.none_for_you"), action: add }}
        row={(inbox) => (
          <div key={inbox.id} className={styles.item} data-roomy>
            <div className={styles.grow}>
              <div className={styles.name}>
                {inbox.name}
                <StateTag inbox={inbox} isFailing={failingOf(inbox.id).length > 0} />
              </div>
              <div className={styles.sub}>
                {[maybe(`channel.${inbox.channel}`, inbox.channel), t(inbox.bot_enabled ? "inbox.bot_on" : "inbox.bot_off"), inbox.paused_reason, inbox.receiver?.state === "failing" && !inbox.paused_at && inbox.receiver.reason].filter(Boolean).join(" · ")}
              </div>
              <FailingCalls calls={failingOf(inbox.id)} />
              <EndOfCredentials at={inbox.credentials_end_at} />
            </div>
            {mayChange && (
              <div className={styles.tools}>
                <Button icon={<CodeOutlined />} onClick={() => setGuided({ ...inbox, generated: null })}>{t("inbox.connect")}</Button>
                <Button type="text" icon={<EditOutlined />} aria-label={t("settings.edit_one", { name: inbox.name })} onClick={() => setEdited(inbox)} />
                <DeleteButton name={inbox.name} onConfirm={() => change.mutate({ method: "delete", path: `inboxes/${inbox.id}` })} />
              </div>
            )}
          </div>
        )}
      />
      {edited !== null && <InboxForm inbox={edited === "new" ? null : edited} channels={channels} onDone={finish} onClose={() => setEdited(null)} />}
      {guided && <InboxGuide inbox={guided} channel={channels.find(({ name }) => name === guided.channel)} onClose={() => setGuided(null)} />}
    </>
  );
}
