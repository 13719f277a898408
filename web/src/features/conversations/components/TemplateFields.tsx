/** One of an inbox's approved templates and the words for its places, as the customer will read them. */
import { Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountPath, http } from "@/api/http";
import type { MessageTemplate } from "@/api/views";
import { filledIn } from "@/features/conversations/reply_window";
import { useProblemText } from "@/shared/hooks/problems";
import { useT } from "@/shared/i18n";
import { listOf } from "@/shared/reference";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/composer.module.css";

/** A template with all its places filled in. */
export interface Filled {
  content: string;
  template: { name: string; language: string; parameters: string[] };
}

export function TemplateFields({ inbox, onChange }: { inbox: number; onChange: (filled: Filled | null) => void }) {
  const t = useT();
  const { account } = useSession();
  const problem = useProblemText();
  const [chosen, setChosen] = useState<MessageTemplate | null>(null);
  const [values, setValues] = useState<string[]>([]);
  const query = useQuery({
    queryKey: ["templates", account.id, inbox],
    queryFn: async ({ signal }) => listOf(await http.get<{ payload: MessageTemplate[] }>(accountPath(account.id, `inboxes/${inbox}/templates`), undefined, signal)),
  });
  const templates = query.data ?? [];
  const fill = (found: MessageTemplate | null, given: string[]) => {
    setChosen(found);
    setValues(given);
    const isComplete = found !== null && given.every((value) => value.trim() !== "");
    const parameters = given.map((value) => value.trim());
    onChange(isComplete ? { content: filledIn(found, given), template: { name: found.name, language: found.language, parameters } } : null);
  };
  const choose = (key: string) => {
    const found = templates.find((each) => `${each.name} ${each.language}` === key) ?? null;
    fill(found, Array.from({ length: found?.parameters ?? 0 }, () => ""));
  };
  return (
    <>
      {query.error ? <p role="alert" className={styles.none}>{problem(query.error).cause}</p> : null}
      <Select
        style={{ width: "100%" }}
        loading={query.isPending}
        placeholder={t("window.template")}
        aria-label={t("window.template")}
        onChange={choose}
        options={templates.map(({ name, language }) => ({ value: `${name} ${language}`, label: `${name} (${language})` }))}
      />
      {values.map((value, n) => (
        <Input
          key={n}
          value={value}
          maxLength={1024}
          style={{ marginTop: 8 }}
          placeholder={`{{${n + 1}}}`}
          aria-label={t("window.place", { n: n + 1 })}
          onChange={(event) => fill(chosen, values.map((known, at) => (at === n ? event.target.value : known)))}
        />
      ))}
      {chosen && <p className={styles.preview}>{filledIn(chosen, values)}</p>}
    </>
  );
}
