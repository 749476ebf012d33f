import { ApiError } from "@/lib/api/problem";
import { timing } from "@/lib/timing";

/** A number from 0 up to 1, as `Math.random` draws it. */
export type Random = () => number;

export function between(fromMs: number, untilMs: number, random: Random): number {
  return fromMs + (untilMs - fromMs) * random();
}

/**
 * How long to wait after so many failures in a row: anything up to a ceiling that doubles, so that those whom one
 * fault has cut off do not come back together ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(failures: number, random: Random): number {
  const ceilingMs = Math.min(timing.reconnectMaxMs, timing.reconnectMinMs * 2 ** (failures + 1));
  return between(timing.reconnectMinMs, ceilingMs, random);
}

/** How long a refused ticket keeps us from asking again, whatever happens meanwhile; 0 if nobody refused it. */
export function refusalMs(cause: unknown, random: Random): number {
  if (!(cause instanceof ApiError) || cause.status >= 500) return 0;
  const retryAfterMs = (cause.retryAfterSeconds ?? 0) * 1_000;
  const waitMs = cause.status === 429 ? retryAfterMs : Math.max(retryAfterMs, timing.refusalRetryMs);
  return between(waitMs, waitMs * 1.5, random);
}
