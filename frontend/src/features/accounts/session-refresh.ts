import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import { type Session, type SessionStore, type SignInResponse, sessionFrom } from "./session";

/** Exchanges the token at half its life for as long as someone is signed in; the answer stops it. */
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
      // A refusal signs out by itself, in the client; anything else is tried again.
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
