/** Orders from the business system, with their age, or plainly why they are not there. */
import { HistoryOutlined, ReloadOutlined, ShoppingOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useState } from "react";
import type { CustomerSnapshot, Order } from "@/api/set_up";
import { useCustomerSnapshot } from "@/features/business/api";
import { AccessLog } from "@/features/business/components/AccessLog";
import { CheckOrder } from "@/features/business/components/CheckOrder";
import { OrderDeeds } from "@/features/business/components/OrderDeeds";
import { toneOf } from "@/features/business/model";
import { useNow } from "@/shared/hooks/time";
import { useMaybeT, useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/business/components/business.module.css";

export function BusinessCards({ conversation }: { conversation: number }) {
  const t = useT();
  const snapshot = useCustomerSnapshot(conversation);
  const [isLogOpen, setLogOpen] = useState(false);
  const refresh = () => void snapshot.refetch();
  return (
    <section className={styles.card} aria-label={t("business.orders")}>
      <div className={styles.head}>
        <h3 className={styles.heading}>{t("business.orders")}</h3>
        {snapshot.data && <Age snapshot={snapshot.data} fetchedAt={snapshot.dataUpdatedAt} />}
        <Button type="text" size="small" icon={<HistoryOutlined />} aria-label={t("business.log.open")} title={t("business.log.open")} onClick={() => setLogOpen(true)} />
        <Button type="text" size="small" icon={<ReloadOutlined />} loading={snapshot.isFetching} aria-label={t("action.refresh")} title={t("action.refresh")} onClick={refresh} />
      </div>
      {snapshot.isPending && <LoadingRows rows={2} avatar={false} />}
      {snapshot.isError && <ErrorState error={snapshot.error} onRetry={refresh} />}
      {snapshot.data && <Snapshot snapshot={snapshot.data} conversation={conversation} />}
      {isLogOpen && <AccessLog conversation={conversation} onClose={() => setLogOpen(false)} />}
    </section>
  );
}

function Snapshot({ snapshot, conversation }: { snapshot: CustomerSnapshot; conversation: number }) {
  const t = useT();
  const { orders, profile, identity } = snapshot;
  const isUnproven = snapshot.error === "not_permitted" && !identity.verified;
  const isChecked = isUnproven && (orders?.length ?? 0) > 0;
  const error = isChecked ? null : isUnproven ? "unknown_customer" : snapshot.error;
  return (
    <>
      {error && <div className={styles.notice} data-error={error}><b>{t(`business.error.${error}`)}</b> {t(`business.error.${error}_hint`)}</div>}
      {profile && <Profile profile={profile} />}
      {orders?.map((order) => <OrderCard key={order.order_no} order={order} conversation={conversation} />)}
      {orders?.length === 0 && <EmptyState icon={<ShoppingOutlined />} title={t("business.no_orders")} />}
      {isUnproven && <CheckOrder conversation={conversation} />}
    </>
  );
}

function Profile({ profile }: { profile: NonNullable<CustomerSnapshot["profile"]> }) {
  const t = useT();
  const facts = [profile.customer_ref, profile.tier, profile.points !== null && t("business.points", { n: profile.points })];
  return <p className={styles.profile}>{facts.filter(Boolean).join(" · ")}</p>;
}

function Age({ snapshot, fetchedAt }: { snapshot: CustomerSnapshot; fetchedAt: number }) {
  const t = useT();
  const now = useNow();
  const { span, dateTime } = useFormat();
  if (!snapshot.as_of || !snapshot.source) return null;
  const age = (snapshot.age_seconds ?? 0) * 1000 + Math.max(0, now - fetchedAt);
  const text = age < 60_000 ? t("business.just_now") : t("business.age", { time: span(age) });
  const source = t(snapshot.stale ? "business.cache_hint" : "business.live_hint", { time: dateTime(snapshot.as_of) });
  return (
    <Tooltip title={source}>
      <span className={styles.age} data-stale={snapshot.stale}>{snapshot.stale ? `${t("business.cached")} · ${text}` : text}</span>
    </Tooltip>
  );
}

function OrderCard({ order, conversation }: { order: Order; conversation: number }) {
  const t = useT();
  const maybe = useMaybeT();
  const { money, dateTime, list } = useFormat();
  const { shipment } = order;
  return (
    <article className={styles.order} data-order={order.order_no}>
      <div className={styles.line}>
        <b className={styles.number}>{order.order_no}</b>
        <span className={styles.state} data-tone={toneOf(order.status)}>{maybe(`order.${order.status}`, order.status)}</span>
      </div>
      {order.items && <div className={styles.items}>{list(order.items.map((item) => `${item.name} × ${item.qty}`))}</div>}
      {shipment && (
        <dl className={styles.facts}>
          {shipment.eta && <Fact label={t("business.eta")} value={shipment.eta} isStrong />}
          {shipment.carrier && <Fact label={t("business.carrier")} value={[shipment.carrier, shipment.tracking_no].filter(Boolean).join(" ")} />}
          {shipment.last_event && <Fact label={t("business.last_event")} value={shipment.last_event} />}
        </dl>
      )}
      <div className={styles.foot}>
        {order.placed_at && <span>{dateTime(order.placed_at)}</span>}
        {order.total !== null && <span className={styles.total}>{money(order.total, order.currency)}</span>}
        <OrderDeeds conversation={conversation} order={order} />
      </div>
      {(order.withheld?.length ?? 0) > 0 && <div className={styles.withheld}>{t("business.withheld")}</div>}
    </article>
  );
}

function Fact({ label, value, isStrong = false }: { label: string; value: string; isStrong?: boolean }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-strong={isStrong}>{value}</dd>
    </div>
  );
}
