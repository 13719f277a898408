/** The queue's order on screen: live when nobody points at it, still while somebody does. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { ConversationView } from "@/api/views";
import { reconcileOrder } from "@/shared/inbox_order";

export interface QueueOrder {
  rows: ConversationView[];
  gone: Set<number>;
  waiting: number;
  adopt: () => void;
}

export function useQueueOrder(truth: ConversationView[], frozen: boolean, identity: string): QueueOrder {
  const ids = useMemo(() => truth.map((row) => row.id), [truth]);
  const [shown, setShown] = useState<{ identity: string; ids: number[] }>({ identity, ids });
  const seen = useRef(new Map<number, ConversationView>());
  const order = useMemo(
    () => reconcileOrder(shown.identity === identity ? shown.ids : [], ids, frozen),
    [shown, identity, ids, frozen],
  );

  useEffect(() => {
    for (const row of truth) seen.current.set(row.id, row);
    setShown((known) => {
      const isSame = known.identity === identity && known.ids.length === order.ids.length;
      return isSame && known.ids.every((id, index) => id === order.ids[index]) ? known : { identity, ids: order.ids };
    });
  }, [truth, order, identity]);

  return useMemo(() => {
    const present = new Map(truth.map((row) => [row.id, row]));
    const rows = order.ids.flatMap((id) => present.get(id) ?? seen.current.get(id) ?? []);
    const gone = new Set(order.ids.filter((id) => !present.has(id)));
    return { rows, gone, waiting: order.waiting, adopt: () => setShown({ identity, ids }) };
  }, [truth, order, identity, ids]);
}
