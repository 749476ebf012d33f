import { createContext, useContext } from "react";
import type { Session, SessionStore } from "@/features/accounts/session";
import { useStore } from "@/lib/hooks/use-store";

const SessionContext = createContext<SessionStore | null>(null);

export const SessionProvider = SessionContext.Provider;

export function useSessionStore(): SessionStore {
  const store = useContext(SessionContext);
  if (!store) throw new Error("useSessionStore needs a SessionProvider above it.");
  return store;
}

const MemberContext = createContext<Session | null>(null);

/** Provides a non-null session to the signed-in pages. */
export const MemberProvider = MemberContext.Provider;

export function useMember(): Session {
  const session = useContext(MemberContext);
  if (!session) throw new Error("useMember needs someone to be signed in.");
  return session;
}

export function useSession(): Session | null {
  return useStore(useSessionStore());
}
