/** The fields of a deed, each as its kind wants to be filled in. */
import { Button, Form, Input, InputNumber, Select } from "antd";
import type { DeedName } from "@/api/business";
import type { Order } from "@/api/set_up";
import { fieldsOf, isOptional, SLOTS, type Field } from "@/features/business/model";
import { useT } from "@/shared/i18n";

export type DeedFields = Partial<Record<Field, string | number>>;

interface Props {
  order: Order;
  action: DeedName;
  fields: DeedFields;
  isBusy: boolean;
  onSubmit: (fields: DeedFields) => void;
}

export function DeedForm({ order, action, fields, isBusy, onSubmit }: Props) {
  const t = useT();
  const wanted = fieldsOf(action);
  const [only] = order.items?.length === 1 ? order.items : [];
  const initial = { qty: 1, ...(only ? { sku: only.sku } : {}), ...fields };
  const submit = (given: DeedFields) => {
    const filled = wanted.map((field) => [field, given[field]] as const).filter(([, value]) => value !== undefined && value !== "");
    onSubmit(Object.fromEntries(filled));
  };
  return (
    <Form layout="vertical" initialValues={initial} onFinish={submit}>
      {wanted.map((field) => (
        <Form.Item key={field} name={field} label={t(`business.deed.field.${field}`)} rules={isOptional(field) ? [] : [{ required: true, message: t("form.required") }]}>
          <Entry field={field} order={order} />
        </Form.Item>
      ))}
      <Button type="primary" htmlType="submit" loading={isBusy}>{t("business.deed.next")}</Button>
    </Form>
  );
}

/** Ant Design hands `value`, `onChange` and `id` to whatever stands in a form item. */
function Entry({ field, order, ...given }: { field: Field; order: Order }) {
  const t = useT();
  switch (field) {
    case "sku":
      return <Select {...given} options={(order.items ?? []).map((item) => ({ value: item.sku, label: `${item.name} × ${item.qty}` }))} />;
    case "qty":
      return <InputNumber {...given} min={1} max={999} precision={0} />;
    case "problem":
      return <Select {...given} options={(["missing", "damaged"] as const).map((value) => ({ value, label: t(`business.deed.problem.${value}`) }))} />;
    case "slot":
      return <Select {...given} options={(Object.keys(SLOTS) as (keyof typeof SLOTS)[]).map((name) => ({ value: SLOTS[name], label: t(`business.deed.slot.${name}`) }))} />;
    case "day":
      return <Input {...given} type="date" />;
    case "email":
      return <Input {...given} type="email" maxLength={254} />;
    case "reason":
    case "note":
      return <Input.TextArea {...given} rows={2} maxLength={1000} />;
    default:
      return <Input {...given} maxLength={300} />;
  }
}
