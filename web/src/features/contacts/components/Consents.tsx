/** What a customer agreed to: service messages and advertising, on all channels or one; with where it was said. */
import { Button, Popconfirm } from "antd";
import { useConsents, useNoteConsent, type Consents as Shown } from "@/features/contacts/rights_api";
import { useSayProblem } from "@/shared/hooks/problems";
import { useMaybeT, useT, type Key } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import styles from "@/features/contacts/components/contacts.module.css";

type Standing = Shown["standing"][number];
type Line = Shown["payload"][number];
const MOST = 3;

export function Consents({ contact }: { contact: number }) {
  const t = useT();
  const shown = useConsents(contact).data;
  if (!shown) return null;
  return (
    <section className={styles.card} aria-label={t("consent.title")}>
      <h3 className={styles.heading}>{t("consent.title")}</h3>
      <ul className={styles.identities}>
        {shown.standing.map((each) => <One key={each.channel + each.purpose} contact={contact} standing={each} />)}
      </ul>
      {shown.payload.length > 0 && <h4 className={styles.sub}>{t("consent.said")}</h4>}
      <ul className={styles.said}>{shown.payload.slice(0, MOST).map((line) => <Said key={line.id} line={line} />)}</ul>
    </section>
  );
}

function One({ contact, standing }: { contact: number; standing: Standing }) {
  const t = useT();
  const maybe = useMaybeT();
  const say = useSayProblem();
  const note = useNoteConsent(contact);
  const { channel, purpose, allowed } = standing;
  const where = channel ? maybe(`channel.${channel}`, channel) : t("consent.everywhere");
  const state = allowed ? "withdrawn" : "given";
  const body = { channel, purpose: purpose as "service" | "marketing", state, evidence: "" } as const;
  return (
    <li>
      <span className={styles.kind}>{t(`consent.purpose.${purpose}` as Key)}</span>
      <span className={styles.exact}>
        <span className={styles.state} data-status={allowed ? "open" : undefined}>{t(allowed ? "consent.allowed" : "consent.refused")}</span>
        <span className={styles.state}> · {where}</span>
      </span>
      <Popconfirm
        title={t(`consent.note_${state}` as Key, { where })} description={t("consent.note_hint")} okText={t("consent.note")} cancelText={t("action.cancel")}
        onConfirm={() => note.mutate(body, { onError: say })}
      >
        <Button size="small" type="link" className={styles.small ?? ""} loading={note.isPending}>{t(`consent.change_${state}` as Key)}</Button>
      </Popconfirm>
    </li>
  );
}

function Said({ line }: { line: Line }) {
  const t = useT();
  const maybe = useMaybeT();
  const format = useFormat();
  const who = line.by ?? t(`consent.source.${line.source}` as Key);
  const where = line.channel ? maybe(`channel.${line.channel}`, line.channel) : t("consent.everywhere");
  return (
    <li>
      <span>{t(`consent.purpose.${line.purpose}` as Key)} · {where} · <b>{t(`consent.state.${line.state}` as Key)}</b></span>
      <small>{[format.dateTime(line.created_at), who, line.evidence].filter(Boolean).join(" · ")}</small>
    </li>
  );
}
