/** How to connect: the tag for the shop's page, or the address for the caller; new secrets, this once. */
import { Button, Modal, Popconfirm } from "antd";
import type { ChannelView, InboxView, ReceiverView } from "@/api/set_up";
import { useChange } from "@/features/settings/api";
import { CopyBox } from "@/features/settings/components/Sheet";
import { embedCode } from "@/features/settings/model";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/settings/components/settings.module.css";

interface Props {
  inbox: InboxView;
  channel: ChannelView | undefined;
  onClose: () => void;
}

export function InboxGuide({ inbox, channel, onClose }: Props) {
  const t = useT();
  const maybe = useMaybeT();
  const change = useChange<InboxView>("inboxes");
  const register = useChange<void>("inboxes");
  const origin = window.location.origin;
  const fresh = Object.entries(change.data?.generated ?? inbox.generated ?? {});
  const secrets = Object.keys(channel?.config_schema.properties ?? {}).filter((name) => channel?.config_schema.properties?.[name]?.generated);
  const renew = () => {
    const config = { ...inbox.config, ...Object.fromEntries(secrets.map((name) => [name, null])) };
    change.mutate({ method: "patch", path: `inboxes/${inbox.id}`, body: { config } });
  };
  const title = t("inbox.connect_one", { name: inbox.name });
  if (channel && !channel.capabilities.is_pulled && channel.capabilities.has_webhook === false)
    return (
      <Modal open title={title} footer={null} onCancel={onClose}>
        <p>{t("inbox.receives_hint")}</p>
        {inbox.receiver && <Connection receiver={inbox.receiver} />}
      </Modal>
    );
  return (
    <Modal open title={title} footer={null} onCancel={onClose} width={640}>
      {channel?.capabilities.proves_users ? (
        <>
          <p>{t("inbox.app_hint")}</p>
          <CopyBox text={inbox.identifier} label={t("inbox.app_id")} />
        </>
      ) : channel?.capabilities.is_pulled ? (
        <>
          <p>{t("inbox.embed_hint")}</p>
          <CopyBox text={embedCode(origin, inbox)} label={t("inbox.embed")} />
        </>
      ) : (
        <>
          <p>{maybe(`inbox.hook_hint.${inbox.channel}`, t("inbox.hook_hint"))}</p>
          <CopyBox text={new URL(inbox.webhook_path, origin).href} label={t("inbox.hook")} />
          {channel?.capabilities.registers_webhook === true && (
            <Button type="primary" loading={register.isPending} onClick={() => register.mutate({ method: "post", path: `inboxes/${inbox.id}/register` })}>
              {t(register.isSuccess ? "inbox.registered" : "inbox.register")}
            </Button>
          )}
        </>
      )}
      {fresh.length + secrets.length > 0 && <h3 className={styles.part}>{t("inbox.secrets")}</h3>}
      {fresh.length > 0 ? (
        <>
          <p className={styles.once}>{t("inbox.secret_once")}</p>
          {fresh.map(([name, value]) => <CopyBox key={name} text={value} label={maybe(`config.${name}`, name)} />)}
        </>
      ) : secrets.length > 0 && (
        <>
          <p className={styles.hint}>{t("inbox.secret_hidden")}</p>
          <Popconfirm title={t("inbox.secret_renew_ask")} okText={t("inbox.secret_renew")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={renew}>
            <Button danger loading={change.isPending}>{t("inbox.secret_renew")}</Button>
          </Popconfirm>
        </>
      )}
    </Modal>
  );
}

/** How the connection that we hold does: since when, why not, and what came last. */
function Connection({ receiver }: { receiver: ReceiverView }) {
  const t = useT();
  const { dateTime } = useFormat();
  const isGood = receiver.state === "receiving";
  return (
    <dl className={styles.connection}>
      <dt>{t("inbox.connection")}</dt>
      <dd><span className={styles.tag} data-tone={isGood ? "good" : receiver.state === "failing" ? "bad" : "warn"}>{isGood ? t("inbox.on") : t(`inbox.receiver_${receiver.state as "failing"}`)}</span> {t("inbox.connected_since", { time: dateTime(receiver.since) })}</dd>
      {receiver.reason && <><dt>{t("deliveries.why")}</dt><dd>{receiver.reason}</dd></>}
      {receiver.state === "failing" && <><dt>{t("inbox.next_try")}</dt><dd>{dateTime(receiver.next_try_at)}</dd></>}
      {receiver.received_at && <><dt>{t("inbox.last_received")}</dt><dd>{dateTime(receiver.received_at)}</dd></>}
    </dl>
  );
}
