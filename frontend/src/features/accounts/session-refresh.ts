import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import { type Session, type SessionStore, type SignInResponse, sessionFrom } from "./session";

/** Refreshes the token at half its life while a member is signed in. Returns a function that stops it. */
export function startSessionRefresh(
  store: SessionStore,
  refresh: () => Promise<SignInResponse>,
  clock: Clock,
): () => void {
  let cancel = () => {};

  function schedule(): void {
    cancel();
    const session = store.get();
    if (session) cancel = clock.after(Math.max(timing.sessionRefreshMinMs, untilHalfLife(session, clock.now())), renew);
  }

  async function renew(): Promise<void> {
    const before = store.get();
    if (!before) return;
    try {
      const after = sessionFrom(await refresh(), clock.now());
      if (store.get() === before) store.set(after);
    } catch {
      // The API client signs out on a 401; any other failure is retried.
      schedule();
    }
  }

  const unsubscribe = store.subscribe(schedule);
  schedule();
  return () => {
    unsubscribe();
    cancel();
  };
}

function untilHalfLife({ receivedAtMs, expiresAt }: Session, nowMs: number): number {
  return receivedAtMs + (Date.parse(expiresAt) - receivedAtMs) / 2 - nowMs;
}
