import { useEffect, useLayoutEffect, useRef } from "react";
import { useMember, useSessionStore } from "@/features/accounts/hooks/session-context";
import type { Draft, DraftStorage } from "@/features/appointments/draft-storage";

/**
 * Stores unsaved text when the session ends, and clears the storage when there is none.
 * Returns a function that discards it, for a user who leaves without saving.
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
