/** A person's rights, for supervisors: everything kept of them as a file, or erased once their number has been typed. */
import { useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Modal } from "antd";
import { useAskForRequest, useConfirmErasure, useFileAddress, usePersonRequests, type PersonRequest } from "@/features/contacts/rights_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/features/contacts/components/contacts.module.css";

export function PersonRights({ contact, name }: { contact: number; name: string }) {
  const t = useT();
  const { account } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (!isAtLeast(account.role, "supervisor")) return null;
  return (
    <section className={styles.card} aria-label={t("rights.title")}>
      <h3 className={styles.heading}>{t("rights.title")}</h3>
      <Button size="small" onClick={() => setOpen(true)}>{t("rights.open")}</Button>
      <Modal open={isOpen} onCancel={() => setOpen(false)} footer={null} title={t("rights.of", { name })} destroyOnHidden>
        <Rights contact={contact} />
      </Modal>
    </section>
  );
}

function Rights({ contact }: { contact: number }) {
  const t = useT();
  const say = useSayProblem();
  const requests = usePersonRequests(contact, true).data ?? [];
  const ask = useAskForRequest(contact);
  const client = useQueryClient();
  const isErased = requests.some((each) => each.kind === "erasure" && each.state === "done");
  useEffect(() => {
    if (isErased) void client.invalidateQueries();
  }, [isErased, client]);
  const planned = requests.find((each) => each.kind === "erasure" && each.state === "planned");
  return (
    <>
      <p className={styles.faint}>{t("rights.hint")}</p>
      <div className={styles.buttons}>
        <Button loading={ask.isPending && ask.variables === "export"} onClick={() => ask.mutate("export", { onError: say })}>{t("rights.export")}</Button>
        <Button danger loading={ask.isPending && ask.variables === "erasure"} onClick={() => ask.mutate("erasure", { onError: say })}>{t("rights.erase")}</Button>
      </div>
      {planned && <Erasure contact={contact} planned={planned} />}
      {requests.filter((each) => each.state !== "planned").map((each) => <Done key={each.id} contact={contact} request={each} />)}
    </>
  );
}

/** The second step: what goes, what stays, and the number to type. */
function Erasure({ contact, planned }: { contact: number; planned: PersonRequest }) {
  const t = useT();
  const say = useSayProblem();
  const confirm = useConfirmErasure(contact);
  const [typed, setTyped] = useState("");
  const counts = planned.counts;
  return (
    <Alert
      type="warning" showIcon className={styles.form} title={t("rights.erase_question")}
      description={
        <>
          <p>{t("rights.goes", { conversations: counts.conversations ?? 0, messages: counts.messages ?? 0, files: counts.files ?? 0 })}</p>
          <p>{t("rights.stays")}</p>
          <ul className={styles.reasons}>{planned.kept.map((each) => <li key={each}>{t(`rights.kept.${each}` as Key)}</li>)}</ul>
          <label htmlFor="erasure-number">{t("rights.type", { number: contact })}</label>
          <Input id="erasure-number" value={typed} onChange={(event) => setTyped(event.target.value)} inputMode="numeric" autoComplete="off" />
          <div className={`${styles.buttons} ${styles.form}`}>
            <Button danger type="primary" disabled={typed.trim() !== String(contact)} loading={confirm.isPending} onClick={() => confirm.mutate({ request: planned.id, typed }, { onError: say })}>
              {t("rights.erase_now")}
            </Button>
          </div>
        </>
      }
    />
  );
}

function Done({ contact, request }: { contact: number; request: PersonRequest }) {
  const t = useT();
  const format = useFormat();
  const address = useFileAddress(contact);
  return (
    <div className={styles.merge}>
      <span className={styles.grow}>
        <b className={styles.value}>{t(`rights.kind.${request.kind}` as Key)}</b>
        <span className={styles.words}>
          {t(`rights.state.${request.state}` as Key)}{request.state === "running" && request.total > 0 && ` ${request.done}/${request.total}`} · {format.dateTime(request.created_at)}
        </span>
      </span>
      {request.has_file && <Button size="small" href={address(request.id)}>{t("rights.download")}</Button>}
    </div>
  );
}
