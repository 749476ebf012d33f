import { useEffect, useLayoutEffect, useRef } from "react";
import { useMember, useSessionStore } from "@/features/accounts/hooks/session-context";
import type { Draft, DraftStorage } from "@/features/appointments/draft-storage";

/**
 * Puts unsaved text away when the session ends under it, and forgets it when there is none any more.
 * The answer gives it up: the user goes, and has been asked.
 */
export function useDraftStorage(storage: DraftStorage, draft: Draft | null): () => void {
  const session = useSessionStore();
  const userId = useMember().user.id;
  const latest = useRef(draft);
  const isDiscarded = useRef(false);
  const isEmpty = draft === null;

  useLayoutEffect(() => {
    latest.current = draft;
  });
  useEffect(
    () =>
      session.subscribe(() => {
        const hasEnded = session.get()?.user.id !== userId;
        if (hasEnded && latest.current && !isDiscarded.current) storage.save(latest.current);
      }),
    [session, userId, storage],
  );
  useEffect(() => {
    if (isEmpty) storage.clear();
  }, [isEmpty, storage]);

  return () => {
    isDiscarded.current = true;
    storage.clear();
  };
}
