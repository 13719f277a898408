/** Set-up: a list of sections on the left, one section on the right; who may not change things does not see them. */
import { useParams, NavLink, Navigate } from "react-router";
import type { Role } from "@/api/views";
import { AccountSection } from "@/features/settings/components/AccountSection";
import { CannedSection } from "@/features/settings/components/CannedSection";
import { InboxesSection } from "@/features/settings/components/InboxesSection";
import { LabelsSection } from "@/features/settings/components/LabelsSection";
import { LanguageModelSection } from "@/features/settings/components/LanguageModelSection";
import { PeopleSection } from "@/features/settings/components/PeopleSection";
import { ProfileSection } from "@/features/settings/components/ProfileSection";
import { TeamsSection } from "@/features/settings/components/TeamsSection";
import { TokensSection } from "@/features/settings/components/TokensSection";
import { useT } from "@/shared/i18n";
import { isAtLeast, useSession } from "@/shared/session";
import styles from "@/features/settings/components/settings.module.css";

const SECTIONS = {
  inboxes: { role: "agent", Section: InboxesSection },
  canned: { role: "agent", Section: CannedSection },
  labels: { role: "agent", Section: LabelsSection },
  people: { role: "agent", Section: PeopleSection },
  teams: { role: "agent", Section: TeamsSection },
  language_model: { role: "supervisor", Section: LanguageModelSection },
  tokens: { role: "agent", Section: TokensSection },
  account: { role: "administrator", Section: AccountSection },
  profile: { role: "agent", Section: ProfileSection },
} as const satisfies Record<string, { role: Role; Section: () => React.ReactNode }>;

type Name = keyof typeof SECTIONS;

export function SettingsPage() {
  const t = useT();
  const { account } = useSession();
  const { section } = useParams();
  const names = (Object.keys(SECTIONS) as Name[]).filter((name) => isAtLeast(account.role, SECTIONS[name].role));
  const current = names.find((name) => name === section);
  if (!current) return <Navigate to={`/a/${account.id}/settings/inboxes`} replace />;
  const { Section } = SECTIONS[current];
  return (
    <div className={styles.page}>
      <nav className={styles.sections} aria-label={t("rail.settings")}>
        <h1 className={styles.pageTitle}>{t("rail.settings")}</h1>
        {names.map((name) => (
          <NavLink key={name} to={`/a/${account.id}/settings/${name}`} className={styles.section}>
            {t(`settings.${name}`)}
          </NavLink>
        ))}
      </nav>
      <main className={styles.content} id="thread" tabIndex={-1}>
        <div className={styles.column}>
          <header className={styles.head}>
            <h2 className={styles.title}>{t(`settings.${current}`)}</h2>
            <p className={styles.hint}>{t(`settings.${current}_hint`)}</p>
          </header>
          <Section key={current} />
        </div>
      </main>
    </div>
  );
}
