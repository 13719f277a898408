/** The button beside an order that offers what can be done with it; the dialog outlives the offer, to tell the outcome. */
import { Button, Dropdown } from "antd";
import { useState } from "react";
import type { DeedName } from "@/api/business";
import type { Order } from "@/api/set_up";
import { DeedDialog } from "@/features/business/components/DeedDialog";
import { deedsFor } from "@/features/business/model";
import { useT } from "@/shared/i18n";

export function OrderDeeds({ conversation, order }: { conversation: number; order: Order }) {
  const t = useT();
  const [chosen, setChosen] = useState<DeedName | null>(null);
  const offered = deedsFor(order);
  const items = offered.map((deed) => ({ key: deed, label: t(`business.deed.${deed}`), danger: deed === "cancel_order", onClick: () => setChosen(deed) }));
  return (
    <>
      {items.length > 0 && (
        <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
          <Button size="small" aria-label={`${t("business.deed.open")} ${order.order_no}`}>{t("business.deed.open")}</Button>
        </Dropdown>
      )}
      {chosen && <DeedDialog conversation={conversation} order={order} action={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
