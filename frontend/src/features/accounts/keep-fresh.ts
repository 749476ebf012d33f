import type { Clock } from "@/lib/time/clock";
import { type Session, type SessionAnswer, type SessionStore, sessionFrom } from "./session";

/** However short a token lives, or wrong a clock is, the server is not asked more often than this. */
const LEAST_DELAY_MS = 30_000;

/** Exchanges the token at half its life for as long as someone is signed in; the answer stops it. */
export function keepSessionFresh(store: SessionStore, refresh: () => Promise<SessionAnswer>, clock: Clock): () => void {
  let cancel = () => {};

  function plan(): void {
    cancel();
    const session = store.get();
    if (session) cancel = clock.after(Math.max(LEAST_DELAY_MS, untilHalfLife(session, clock.now())), renew);
  }

  async function renew(): Promise<void> {
    const before = store.get();
    if (!before) return;
    try {
      const after = sessionFrom(await refresh(), clock.now());
      if (store.get() === before) store.set(after);
    } catch {
      // A refusal signs out by itself, in the client; anything else is tried again.
      plan();
    }
  }

  const unsubscribe = store.subscribe(plan);
  plan();
  return () => {
    unsubscribe();
    cancel();
  };
}

function untilHalfLife({ receivedAtMs, expiresAt }: Session, nowMs: number): number {
  return receivedAtMs + (Date.parse(expiresAt) - receivedAtMs) / 2 - nowMs;
}
