/** How to connect: the tag for the shop's page, or the address for the caller; new secrets, this once. */
import { Button, Modal, Popconfirm } from "antd";
import type { ChannelView, InboxView } from "@/api/set_up";
import { useChange } from "@/features/settings/api";
import { CopyBox } from "@/features/settings/components/Sheet";
import { embedCode } from "@/features/settings/model";
import { useMaybeT, useT } from "@/shared/i18n";
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
    return <Modal open title={title} footer={null} onCancel={onClose}><p>{t("inbox.receives_hint")}</p></Modal>;
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
      <h4>{t("inbox.secrets")}</h4>
      {fresh.length > 0 ? (
        <>
          <p className={styles.once}>{t("inbox.secret_once")}</p>
          {fresh.map(([name, value]) => <CopyBox key={name} text={value} label={maybe(`config.${name}`, name)} />)}
        </>
      ) : (
        <>
          <p className={styles.sub}>{t("inbox.secret_hidden")}</p>
          <Popconfirm title={t("inbox.secret_renew_ask")} okText={t("inbox.secret_renew")} cancelText={t("action.cancel")} okButtonProps={{ danger: true }} onConfirm={renew}>
            <Button danger loading={change.isPending} disabled={secrets.length === 0}>{t("inbox.secret_renew")}</Button>
          </Popconfirm>
        </>
      )}
    </Modal>
  );
}
