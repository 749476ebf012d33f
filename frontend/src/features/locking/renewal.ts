import { timing } from "@/lib/timing";
import { type LockState, leaseMs, phaseOf, remainingMs } from "./machine";

export interface LockTimer {
  delayMs: number;
  task: "renew" | "recheck";
}

/** True in the second half of the lease, when an active user's lock is renewed. */
export function isRenewalDue(state: LockState, nowMs: number): boolean {
  return state.lock !== null && state.ownLockId !== null && remainingMs(state, nowMs) <= leaseMs(state.lock) / 2;
}

/** True if the user was active within the last half of a lease. */
export function isActive(state: LockState, lastActivityMs: number, nowMs: number): boolean {
  return state.lock !== null && nowMs - lastActivityMs <= leaseMs(state.lock) / 2;
}

/** The next timer: renewal in the middle of an own lease, otherwise a check at the lease's end. */
export function nextTimer(state: LockState, nowMs: number): LockTimer | null {
  if (!state.lock || phaseOf(state) === "acquiring") return null;
  const leftMs = remainingMs(state, nowMs);
  if (state.ownLockId && !isRenewalDue(state, nowMs)) {
    return { delayMs: leftMs - leaseMs(state.lock) / 2, task: "renew" };
  }
  return { delayMs: leftMs + timing.leaseEndMarginMs, task: "recheck" };
}
