/** Canned responses under the cursor: "/" at the start of a line, "::" anywhere. */
import { useState, type KeyboardEvent, type RefObject } from "react";
import { Link } from "react-router";
import type { CannedResponse, ConversationView } from "@/api/views";
import { cannedQuery, fillVariables, matchCanned } from "@/features/conversations/model";
import { useT } from "@/shared/i18n";
import { useCannedResponses } from "@/shared/reference";
import { useSession } from "@/shared/session";
import styles from "@/features/conversations/components/composer.module.css";

/** The list's id; its options are numbered behind it, so that the field can say which one is chosen. */
export const CANNED = "canned-list";

export function useCannedMenu(
  view: ConversationView,
  text: string,
  setText: (text: string) => void,
  field: RefObject<HTMLTextAreaElement | null>,
) {
  const { user } = useSession();
  const responses = useCannedResponses().data ?? [];
  const [cursor, setCursor] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [index, setIndex] = useState(0);
  const query = cannedQuery(text, cursor);
  const matches = query ? matchCanned(responses, query.word) : [];
  const isOpen = query !== null && dismissed !== text;
  const active = Math.min(index, Math.max(0, matches.length - 1));

  const choose = (response: CannedResponse) => {
    if (!query) return;
    const filled = fillVariables(response.content, view, user.name);
    setText(text.slice(0, query.from) + filled + text.slice(cursor));
    const end = query.from + filled.length;
    setIndex(0);
    requestAnimationFrame(() => field.current?.setSelectionRange(end, end));
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!isOpen) return false;
    const chosen = matches[active];
    if (event.key === "Escape") setDismissed(text);
    else if (event.key === "ArrowDown") setIndex((active + 1) % Math.max(1, matches.length));
    else if (event.key === "ArrowUp") setIndex((active - 1 + matches.length) % Math.max(1, matches.length));
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) choose(chosen);
    else return false;
    event.preventDefault();
    return true;
  };
  const open = () => {
    const start = text === "" || text.endsWith("\n") ? `${text}/` : `${text}::`;
    setText(start);
    setCursor(start.length);
    field.current?.focus();
  };
  return {
    isOpen,
    matches,
    active,
    isEmpty: responses.length === 0,
    choose,
    onKey,
    open,
    onCursor: () => setCursor(field.current?.selectionStart ?? 0),
    setCursor,
  };
}

export function CannedMenu({ menu }: { menu: ReturnType<typeof useCannedMenu> }) {
  const t = useT();
  const { account } = useSession();
  if (!menu.isOpen) return null;
  return (
    <div className={styles.canned} id={CANNED} role="listbox" aria-label={t("canned.title")}>
      {menu.matches.map((response, index) => (
        <button
          key={response.id}
          id={`${CANNED}-${index}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={index === menu.active}
          className={styles.response}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => menu.choose(response)}
        >
          <b>/{response.short_code}</b>
          <span>{response.content}</span>
        </button>
      ))}
      {menu.matches.length === 0 && (
        <div className={styles.none}>
          {t(menu.isEmpty ? "canned.empty" : "canned.none")} <Link to={`/a/${account.id}/settings/canned`}>{t("canned.add")}</Link>
        </div>
      )}
    </div>
  );
}
