import { ApiError } from "@/lib/api/problem";
import { timing } from "@/lib/timing";

/** A number in [0, 1), as from `Math.random`. */
export type Random = () => number;

export function between(fromMs: number, untilMs: number, random: Random): number {
  return fromMs + (untilMs - fromMs) * random();
}

/**
 * The delay after a number of consecutive failures: random up to a ceiling that doubles, so that clients that one fault
 * disconnected do not return together ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(failures: number, random: Random): number {
  const ceilingMs = Math.min(timing.reconnectMaxMs, timing.reconnectMinMs * 2 ** (failures + 1));
  return between(timing.reconnectMinMs, ceilingMs, random);
}

/** The minimum delay after a refused ticket; 0 if the cause was no refusal. */
export function refusalMs(cause: unknown, random: Random): number {
  if (!(cause instanceof ApiError) || cause.status >= 500) return 0;
  const retryAfterMs = (cause.retryAfterSeconds ?? 0) * 1_000;
  const waitMs = cause.status === 429 ? retryAfterMs : Math.max(retryAfterMs, timing.refusalRetryMs);
  return between(waitMs, waitMs * 1.5, random);
}
