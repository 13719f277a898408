/** Customers as an area of their own: the table, one of them, companies, imports, own fields. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useEffect, useRef, type ReactNode } from "react";
import { Link, Navigate, NavLink, useParams } from "react-router";
import { useContact } from "@/features/contacts/api";
import { CompaniesSection } from "@/features/contacts/components/CompaniesSection";
import { CompanyPage } from "@/features/contacts/components/CompanyPage";
import { Consents } from "@/features/contacts/components/Consents";
import { ContactCard } from "@/features/contacts/components/ContactCard";
import { ContactFields } from "@/features/contacts/components/ContactFields";
import { EarlierConversations } from "@/features/contacts/components/EarlierConversations";
import { FieldsSection } from "@/features/contacts/components/FieldsSection";
import { Identities } from "@/features/contacts/components/Identities";
import { ImportPage } from "@/features/contacts/components/ImportPage";
import { ImportsSection } from "@/features/contacts/components/ImportsSection";
import { PeopleSection } from "@/features/contacts/components/PeopleSection";
import { PersonRights } from "@/features/contacts/components/PersonRights";
import { SamePerson } from "@/features/contacts/components/SamePerson";
import { Timeline } from "@/features/contacts/components/Timeline";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import { ErrorState, LoadingRows } from "@/shared/ui/States";
import styles from "@/features/contacts/components/records.module.css";

const SECTIONS = ["people", "companies", "imports", "fields"] as const;
type Section = (typeof SECTIONS)[number];

export function ContactsPage() {
  const t = useT();
  const { account } = useSession();
  const { section, sub } = useParams();
  const nav = useRef<HTMLElement>(null);
  const contact = /^\d+$/.test(section ?? "") ? Number(section) : null;
  const id = /^\d+$/.test(sub ?? "") ? Number(sub) : null;
  const sections = isAtLeast(account.role, "supervisor") ? SECTIONS : SECTIONS.slice(0, 2);
  const current: Section | undefined = contact !== null ? "people" : sections.find((name) => name === section);
  // On a phone the sections are one row that scrolls: the chosen one must be seen.
  useEffect(() => {
    nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  if (!current) return <Navigate to={`/a/${account.id}/contacts/people`} replace />;
  const shown: Record<Section, ReactNode> = {
    people: <PeopleSection />,
    companies: id === null ? <CompaniesSection /> : <CompanyPage key={id} id={id} />,
    imports: id === null ? <ImportsSection /> : <ImportPage key={id} id={id} />,
    fields: <FieldsSection />,
  };
  return (
    <div className={styles.page}>
      <nav ref={nav} className={styles.sections} aria-label={t("contacts.title")}>
        <h1 className={styles.pageTitle}>{t("contacts.title")}</h1>
        {sections.map((name) => (
          <NavLink key={name} to={`/a/${account.id}/contacts/${name}`} className={`${styles.section} ${name === current ? "active" : ""}`}>{t(`contacts.section.${name}`)}</NavLink>
        ))}
      </nav>
      <main className={styles.content} id="thread" tabIndex={-1}>
        <div className={current === "fields" || current === "imports" ? `${styles.column} ${id === null ? styles.narrow : ""}` : styles.column}>
          {contact !== null ? <OneContact key={contact} id={contact} /> : (
            <>
              {id === null && <header className={styles.head}><h2 className={styles.title}>{t(`contacts.section.${current}`)}</h2><p className={styles.hint}>{t(`contacts.hint.${current}`)}</p></header>}
              {shown[current]}
            </>
          )}
        </div>
      </main>
    </div>
  );
}

function OneContact({ id }: { id: number }) {
  const t = useT();
  const { account } = useSession();
  const contact = useContact(id);
  if (contact.isError) return <ErrorState error={contact.error} onRetry={() => void contact.refetch()} />;
  if (!contact.data) return <LoadingRows rows={3} />;
  return (
    <>
      <Link className={styles.back ?? ""} to={`/a/${account.id}/contacts/people`}><ArrowLeftOutlined /> {t("contacts.section.people")}</Link>
      <div className={styles.customer}>
        <div className={styles.sheet}>
          <ContactCard contact={contact.data} fallbackName={t("contact.nameless", { id })} />
          <ContactFields contact={id} />
          <SamePerson contact={id} />
          <Identities contact={id} />
          <Consents contact={id} />
          <EarlierConversations contact={id} except={null} />
          <PersonRights contact={id} name={contact.data.name || t("contact.nameless", { id })} />
        </div>
        <div className={styles.sheet}><Timeline contact={id} /></div>
      </div>
    </>
  );
}
