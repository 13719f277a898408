/** Who is signed in and in which account: the context every feature reads. */
import { createContext, useContext } from "react";
import type { Membership, Role, UserView } from "@/api/views";

export interface Session {
  user: UserView;
  account: Membership;
  accounts: Membership[];
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of a signed-in page");
  return session;
}

const RANK: Record<Role, number> = { agent: 0, supervisor: 1, administrator: 2 };

export function isAtLeast(role: Role, wanted: Role): boolean {
  return RANK[role] >= RANK[wanted];
}
