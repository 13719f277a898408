/** Web sites that are read: add one, see how far it is, stop it, look at its pages before any becomes an article. */
import { GlobalOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, InputNumber } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { Loaded } from "@/shared/ui/Loaded";
import { SiteCard } from "@/features/knowledge/components/SiteCard";
import { SitePages } from "@/features/knowledge/components/SitePages";
import { isAtWork, useAddSite, useSites, type NewSite } from "@/features/knowledge/sites";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { useSession } from "@/shared/session";
import { EmptyState } from "@/shared/ui/States";
import page from "@/features/knowledge/components/page.module.css";
import styles from "@/features/knowledge/components/sites.module.css";

export function SitesSection() {
  const t = useT();
  const id = Number(useParams()["id"]) || null;
  const sites = useSites();
  return (
    <Loaded query={sites}>
      {(rows) => {
        const chosen = rows.find((row) => row.id === id);
        if (chosen) return <SitePages site={chosen} key={chosen.id} />;
        return (
          <>
            <AddSite isBusy={rows.some(isAtWork)} />
            {rows.length === 0 && <div className={page.sheet}><EmptyState icon={<GlobalOutlined />} title={t("knowledge.no_sites")} hint={t("knowledge.no_sites_hint")} /></div>}
            {rows.map((row) => <SiteCard key={row.id} site={row} />)}
          </>
        );
      }}
    </Loaded>
  );
}

function AddSite({ isBusy }: { isBusy: boolean }) {
  const t = useT();
  const add = useAddSite();
  const navigate = useNavigate();
  const { account } = useSession();
  const problem = useProblemText();
  const [isMore, setMore] = useState(false);
  const failed = add.error ? problem(add.error) : null;
  const save = (form: NewSite) => add.mutate({ ...form, start_url: withScheme(form.start_url) }, { onSuccess: ({ id }) => void navigate(`/a/${account.id}/knowledge/sites/${id}`) });
  return (
    <section className={page.card} aria-label={t("knowledge.site_add")}>
      <Form layout="vertical" initialValues={{ start_url: "", max_pages: 100, max_depth: 3 }} onFinish={save}>
        <div className={styles.add}>
          <Form.Item name="start_url" label={t("knowledge.site_address")} rules={[{ required: true, whitespace: true, message: t("form.required") }]}>
            <Input inputMode="url" autoComplete="url" maxLength={1000} placeholder="https://www.example.com/help/" prefix={<GlobalOutlined />} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={add.isPending} disabled={isBusy}>{t("knowledge.site_read")}</Button>
        </div>
        <div className={styles.limits} hidden={!isMore}>
          <Form.Item name="max_pages" label={t("knowledge.site_pages")}><InputNumber min={1} max={500} /></Form.Item>
          <Form.Item name="max_depth" label={t("knowledge.site_depth")} tooltip={t("knowledge.site_depth_hint")}><InputNumber min={0} max={10} /></Form.Item>
        </div>
        {failed && <Alert type="error" showIcon title={failed.cause} description={failed.remedy} style={{ marginBottom: 12 }} />}
        <div className={page.sub}>
          <span>{t(isBusy ? "knowledge.site_busy" : "knowledge.site_promise")}</span>
          {!isMore && <Button type="link" size="small" onClick={() => setMore(true)}>{t("knowledge.site_limits")}</Button>}
        </div>
      </Form>
    </section>
  );
}

const withScheme = (address: string): string => (/^[a-z][a-z0-9+.-]*:/i.test(address.trim()) ? address.trim() : `https://${address.trim()}`);
