import { useEffect, useLayoutEffect, useRef } from "react";
import { useMember, useSessionStore } from "@/features/accounts/hooks/session-context";
import type { UnsavedText, UnsavedTextStore } from "@/features/appointments/unsaved-text";

/**
 * Puts unsaved text away when the session ends under it, and forgets it when there is none any more.
 * The answer gives it up: the user goes, and has been asked.
 */
export function useTextOverSignIn(store: UnsavedTextStore, text: UnsavedText | null): () => void {
  const session = useSessionStore();
  const userId = useMember().user.id;
  const latest = useRef(text);
  const givenUp = useRef(false);
  const nothing = text === null;

  useLayoutEffect(() => {
    latest.current = text;
  });
  useEffect(
    () =>
      session.subscribe(() => {
        const ended = session.get()?.user.id !== userId;
        if (ended && latest.current && !givenUp.current) store.keep(latest.current);
      }),
    [session, userId, store],
  );
  useEffect(() => {
    if (nothing) store.drop();
  }, [nothing, store]);

  return () => {
    givenUp.current = true;
    store.drop();
  };
}
