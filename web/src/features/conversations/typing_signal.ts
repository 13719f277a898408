/** Tell the others that somebody types here; off after a pause, on sending, on leaving. */
import { useEffect, useRef } from "react";
import { accountPath, http } from "@/api/http";
import { useSession } from "@/shared/session";

const EVERY_MS = 4_000;
const PAUSE_MS = 5_000;

export function useTypingSignal(id: number, text: string, isPrivate: boolean): void {
  const { account } = useSession();
  const path = accountPath(account.id, `conversations/${id}/toggle_typing_status`);
  const said = useRef<{ at: number; isPrivate: boolean } | null>(null);
  const before = useRef(text);
  useEffect(() => {
    const off = () => {
      if (!said.current) return;
      http.beacon("POST", path, { typing_status: "off", is_private: said.current.isPrivate });
      said.current = null;
    };
    const isRestoring = before.current === "" && text.length > 1;
    const hasChanged = before.current !== text;
    before.current = text;
    if (text === "") return off();
    if (!hasChanged || isRestoring) return undefined;
    if (!said.current || Date.now() - said.current.at > EVERY_MS) {
      said.current = { at: Date.now(), isPrivate };
      http.beacon("POST", path, { typing_status: "on", is_private: isPrivate });
    }
    const wait = setTimeout(off, PAUSE_MS);
    return () => clearTimeout(wait);
  }, [text, isPrivate, path]);
  useEffect(
    () => () => {
      if (said.current) http.beacon("POST", path, { typing_status: "off", is_private: said.current.isPrivate });
      said.current = null;
    },
    [path],
  );
}
