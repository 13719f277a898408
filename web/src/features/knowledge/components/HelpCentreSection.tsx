/** The public help centre: where it is, what it is called, whether it is open. */
import { ExportOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Switch } from "antd";
import type { HelpCentre } from "@/api/knowledge";
import { useHelpCentre, useSetHelpCentre } from "@/features/knowledge/api";
import { Loaded, Tag } from "@/shared/ui/Loaded";
import { LOCALES } from "@/features/knowledge/model";
import { useProblemText } from "@/shared/hooks/problems";
import { useUndo } from "@/shared/hooks/undo";
import { useT } from "@/shared/i18n";
import styles from "@/features/knowledge/components/page.module.css";

export function HelpCentreSection() {
  const query = useHelpCentre();
  return <Loaded query={query}>{(centre) => <Setup key={`${centre.slug} ${centre.is_open}`} centre={centre} />}</Loaded>;
}

interface Fields {
  slug: string;
  is_open: boolean;
  is_listed: boolean;
  titles: Partial<Record<(typeof LOCALES)[number], string>>;
}

function Setup({ centre }: { centre: HelpCentre }) {
  const t = useT();
  const set = useSetHelpCentre();
  const undo = useUndo();
  const problem = useProblemText();
  const failed = set.error ? problem(set.error) : null;
  const before: Fields = { slug: centre.slug, is_open: centre.is_open, is_listed: centre.is_listed, titles: centre.titles };
  const save = (fields: Fields) => {
    const titles = Object.fromEntries(Object.entries(fields.titles).filter(([, title]) => title));
    set.mutate({ ...fields, titles }, { onSuccess: () => undo(t("done.saved"), () => set.mutate(before.slug ? before : { ...fields, titles, is_open: false })) });
  };
  const prefix = `${centre.url.slice(0, centre.url.lastIndexOf("/") + 1)}`;
  return (
    <section className={styles.card} data-open={centre.is_open}>
      <div className={styles.titleRow} style={{ marginBottom: 16 }}>
        <div className={styles.grow}>
          <div className={styles.sub}>
            <Tag tone={centre.is_open ? "good" : ""}>{t(centre.is_open ? "knowledge.centre_open" : "knowledge.centre_shut")}</Tag>
            <span>{t("knowledge.centre_articles", { n: centre.articles })}</span>
          </div>
        </div>
        {centre.is_open && <Button icon={<ExportOutlined />} href={`/hc/${centre.slug}`} target="_blank" rel="noreferrer">{t("knowledge.centre_look")}</Button>}
      </div>
      <Form layout="vertical" initialValues={before} onFinish={save}>
        <Form.Item name="is_open" label={t("knowledge.centre_switch")} valuePropName="checked" extra={t("knowledge.centre_switch_hint")}><Switch /></Form.Item>
        <Form.Item name="slug" label={t("knowledge.centre_address")} rules={[{ required: true, message: t("form.required") }, { pattern: /^[a-z0-9][a-z0-9-]{1,39}$/, message: t("knowledge.centre_address_rule") }]}>
          <Input prefix={<span className={styles.faint}>{prefix}</span>} maxLength={40} placeholder="harbour-goods" />
        </Form.Item>
        {LOCALES.map((locale) => (
          <Form.Item key={locale} name={["titles", locale]} label={t("knowledge.centre_title", { language: t(`knowledge.locale.${locale}`) })}>
            <Input maxLength={80} placeholder={centre.account_name} lang={locale} />
          </Form.Item>
        ))}
        <Form.Item name="is_listed" label={t("knowledge.centre_listed")} valuePropName="checked" extra={t("knowledge.centre_listed_hint")}><Switch /></Form.Item>
        {failed && <Alert type="error" showIcon title={failed.cause} description={failed.remedy} style={{ marginBottom: 16 }} />}
        <Button type="primary" htmlType="submit" loading={set.isPending}>{t("action.save")}</Button>
      </Form>
    </section>
  );
}
