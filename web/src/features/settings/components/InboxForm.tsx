/** One inbox's form: its fields come from the channel's own schema. */
import { Alert, Button, Collapse, ColorPicker, Form, Input, InputNumber, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { ProblemError } from "@/api/http";
import type { ChannelView, InboxView } from "@/api/set_up";
import { useChange, useCheck } from "@/features/settings/api";
import { fieldsOf, filled, type Field } from "@/features/settings/model";
import { useProblemText } from "@/shared/hooks/problems";
import { useMaybeT, useT } from "@/shared/i18n";
import { useAgents } from "@/shared/reference";

interface Props {
  inbox: InboxView | null;
  channels: ChannelView[];
  onDone: (inbox: InboxView) => void;
  onClose: () => void;
}

interface Values {
  name: string;
  channel: string;
  config?: Record<string, Record<string, unknown>>; // by channel: what was typed for one is not sent to another
  origins?: string[];
  color?: string;
  bot_enabled: boolean;
  csat_enabled: boolean;
  member_ids: number[];
  is_paused?: boolean;
}

function initialOf(inbox: InboxView | null, channels: ChannelView[]): Partial<Values> {
  if (!inbox) return { channel: channels[0]?.name ?? "", bot_enabled: true, csat_enabled: true, member_ids: [], color: "#0e7c86", origins: [] };
  const { name, channel, config, settings, bot_enabled, csat_enabled, member_ids } = inbox;
  const looks = { origins: settings.allowed_origins ?? [], color: settings.color ?? "#0e7c86" };
  return { name, channel, config: { [channel]: config ?? {} }, ...looks, bot_enabled, csat_enabled, member_ids, is_paused: inbox.paused_at !== null };
}

export function InboxForm({ inbox, channels, onDone, onClose }: Props) {
  const t = useT();
  const maybe = useMaybeT();
  const problem = useProblemText();
  const agents = useAgents().data ?? [];
  const change = useChange<InboxView>("inboxes");
  const check = useCheck();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [form] = Form.useForm<Values>();
  const initial = initialOf(inbox, channels);
  const chosen = Form.useWatch("channel", form) ?? initial.channel;
  const channel = channels.find(({ name }) => name === chosen);
  const fields = channel ? fieldsOf(channel.config_schema) : [];
  const isPage = channel?.capabilities.is_pulled ?? false;
  const isTested = !isPage || channel?.capabilities.proves_users === true;
  const configOf = ({ config }: Values) => ({ ...inbox?.config, ...filled(config?.[chosen ?? ""] ?? {}, fields, inbox?.config) });
  const test = async (values: Values) => {
    const config = configOf(values);
    try {
      if (isTested) await check.mutateAsync({ channel: values.channel ?? inbox?.channel, config, ...(inbox ? { inbox_id: inbox.id } : {}) });
      save(values);
    } catch (error) {
      const detail = error instanceof ProblemError ? error.body.detail : undefined;
      setRefusal(detail || problem(error).cause);
    }
  };
  const save = (values: Values) => {
    const { origins, color, channel: wanted, is_paused, ...rest } = values;
    const looks = isPage ? { settings: { ...inbox?.settings, allowed_origins: origins ?? [], ...(color ? { color } : {}) } } : {};
    const body = { ...rest, ...looks, config: configOf(values) };
    const order = inbox
      ? { method: "patch" as const, path: `inboxes/${inbox.id}`, body: { ...body, is_paused } }
      : { method: "post" as const, path: "inboxes", body: { ...body, channel: wanted } };
    change.mutate(order, { onSuccess: onDone });
  };
  return (
    <Modal open title={inbox ? inbox.name : t("inbox.new")} footer={null} onCancel={onClose} width={560}>
      <Form form={form} layout="vertical"  initialValues={initial} onFinish={(values) => void test(values)} onValuesChange={() => setRefusal(null)}>
        <Form.Item name="channel" label={t("inbox.channel")}>
          <Select disabled={inbox !== null} options={channels.map(({ name }) => ({ value: name, label: maybe(`channel.${name}`, name) }))} />
        </Form.Item>
        <Form.Item name="name" label={t("inbox.name")} rules={[{ required: true, message: t("form.required") }]}><Input autoFocus maxLength={120} /></Form.Item>
        {channel && <ConfigFields key={channel.name} channel={channel.name} fields={fields} isNew={inbox === null} />}
        {isPage && (
          <>
            <Form.Item name="origins" label={t("inbox.origins")} extra={t("inbox.origins_hint")}>
              <Select mode="tags" placeholder="https://www.example.com" tokenSeparators={[" ", ","]} open={false} suffixIcon={null} />
            </Form.Item>
            <Form.Item name="color" label={t("inbox.color")} getValueFromEvent={(color: { toHexString: () => string }) => color.toHexString()}><ColorPicker disabledAlpha showText /></Form.Item>
          </>
        )}
        <Form.Item name="member_ids" label={t("inbox.members")} extra={t("inbox.members_hint")}>
          <Select mode="multiple" optionFilterProp="label" options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Form.Item name="bot_enabled" label={t("inbox.bot")} valuePropName="checked" layout="horizontal"><Switch /></Form.Item>
        <Form.Item name="csat_enabled" label={t("inbox.csat")} valuePropName="checked" layout="horizontal"><Switch /></Form.Item>
        {inbox && <Form.Item name="is_paused" label={t("inbox.pause")} valuePropName="checked" layout="horizontal"><Switch /></Form.Item>}
        {refusal !== null && <Alert type="error" showIcon title={t("inbox.refused")} description={refusal} style={{ marginBottom: 16 }} />}
        <Button type="primary" htmlType="submit" loading={change.isPending || check.isPending}>{t(isTested ? "inbox.test_and_save" : "action.save")}</Button>
        {refusal !== null && <Button type="link" onClick={() => save({ ...initial, ...form.getFieldsValue() } as Values)}>{t("inbox.save_anyway")}</Button>}
      </Form>
    </Modal>
  );
}

function ConfigFields({ channel, fields, isNew }: { channel: string; fields: Field[]; isNew: boolean }) {
  const t = useT();
  const rare = fields.filter(({ isAdvanced }) => isAdvanced);
  const draw = (field: Field) => <ConfigField key={field.name} channel={channel} field={field} isNew={isNew} />;
  if (rare.length === 0) return <>{fields.map(draw)}</>;
  return (
    <>
      {fields.filter(({ isAdvanced }) => !isAdvanced).map(draw)}
      <Collapse ghost style={{ marginBottom: 16 }} items={[{ key: "rare", label: t("inbox.more_settings"), forceRender: true, children: rare.map(draw) }]} />
    </>
  );
}

function ConfigField({ channel, field, isNew }: { channel: string; field: Field; isNew: boolean }) {
  const t = useT();
  const maybe = useMaybeT();
  const rules = field.isRequired && (isNew || field.kind !== "secret") ? [{ required: true, message: t("form.required") }] : [];
  const control = {
    text: <Input maxLength={2000} />,
    lines: <Input.TextArea rows={4} maxLength={20_000} />,
    secret: <Input.Password autoComplete="off" {...(isNew ? {} : { placeholder: t("inbox.secret_kept") })} />,
    number: <InputNumber style={{ width: "100%" }} />,
    switch: <Switch />,
    list: <Select mode="tags" open={false} suffixIcon={null} />,
    choice: <Select options={field.choices.map((value) => ({ value, label: maybe(`config.choice.${value}`, value) }))} />,
  }[field.kind];
  return (
    <Form.Item
      name={["config", channel, field.name]}
      label={maybe(`config.${field.name}`, field.title)}
      extra={maybe(`config.${field.name}_hint`, field.hint)}
      rules={rules}
      {...(isNew && field.initial !== undefined ? { initialValue: field.initial } : {})}
      {...(field.kind === "switch" ? { valuePropName: "checked" } : {})}
    >
      {control}
    </Form.Item>
  );
}
