/** A search field whose words are kept in the address, once the typing rests. */
import { Input } from "antd";
import { useEffect, useState } from "react";
import { useAddress } from "@/shared/hooks/address";
import { useDebounced } from "@/shared/hooks/time";

export function AddressSearch({ label, className }: { label: string; className: string | undefined }) {
  const [address, change] = useAddress();
  const asked = address("q") ?? "";
  const [q, setQ] = useState(asked);
  const settled = useDebounced(q, 250);
  useEffect(() => {
    if (settled !== asked) change({ q: settled });
    // Only what was typed changes the address; a link to another search mounts the page anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return <Input.Search allowClear className={className} maxLength={100} value={q} aria-label={label} placeholder={label} onChange={(event) => setQ(event.target.value)} />;
}
