import type { Lock } from "@/lib/api/lock";
import { timing } from "@/lib/timing";

/** This tab's view of one appointment's lock. `reduceLock` is pure; `controller.ts` has the side effects. */
export interface LockState {
  readonly userId: string;
  readonly tabId: string;
  /** The last version received; -1 before the first. */
  readonly version: number;
  readonly lock: Lock | null;
  /** The lockId that this page acquired and has not released or lost. */
  readonly ownLockId: string | null;
  readonly acquiring: boolean;
  readonly loss: Loss | null;
  /** Server time minus this machine's time. */
  readonly serverOffsetMs: number;
}

export interface Loss {
  readonly cause: "expired" | "taken" | "moved" | "left" | "released";
  /** The name of the new owner, if there is one. */
  readonly by: string | null;
  readonly atMs: number;
}

export type LockPhase = "unknown" | "free" | "acquiring" | "mine" | "elsewhere" | "theirs" | "lost";

export type LockEvent =
  /** A frame or a response. `current`: it describes the present, so the same version is accepted too. */
  | {
      type: "received";
      lock: Lock | null;
      version: number;
      cause?: string | undefined;
      current: boolean;
      nowMs: number;
    }
  | { type: "clock-sync"; serverTime: string; nowMs: number }
  | { type: "acquire-requested" }
  | { type: "acquire-ended" }
  | { type: "acquired"; lock: Lock; nowMs: number }
  | { type: "released" }
  /** The page may be gone for good, so the lock was released by beacon. */
  | { type: "page-hidden"; nowMs: number }
  /** The server refused a request because the lock is no longer ours. */
  | { type: "rejected"; nowMs: number }
  | { type: "loss-dismissed" };

export function initialLockState(userId: string, tabId: string): LockState {
  return {
    userId,
    tabId,
    version: -1,
    lock: null,
    ownLockId: null,
    acquiring: false,
    loss: null,
    serverOffsetMs: 0,
  };
}

export function reduceLock(state: LockState, event: LockEvent): LockState {
  switch (event.type) {
    case "received":
      return received(state, event);
    case "clock-sync":
      return { ...state, serverOffsetMs: Date.parse(event.serverTime) - event.nowMs };
    case "acquire-requested":
      return { ...state, acquiring: true, loss: null };
    case "acquire-ended":
      return { ...state, acquiring: false };
    case "acquired":
      return acquired(state, event.lock, event.nowMs);
    case "released":
      return state.ownLockId
        ? { ...state, ownLockId: null, acquiring: false, lock: null }
        : { ...state, acquiring: false };
    case "page-hidden":
      return state.ownLockId ? lose({ ...state, lock: null }, { cause: "left", by: null }, event.nowMs) : state;
    case "rejected":
      return state.ownLockId ? lose(state, { cause: "released", by: null }, event.nowMs) : state;
    case "loss-dismissed":
      return { ...state, loss: null };
  }
}

function received(state: LockState, event: Extract<LockEvent, { type: "received" }>): LockState {
  const isStale = event.current ? event.version < state.version : event.version <= state.version;
  if (isStale) return state;
  const next = { ...state, version: event.version, lock: event.lock };
  if (state.ownLockId === null || isStillOwn(state, event.lock)) return next;
  return lose(next, lossOf(state, event), event.nowMs);
}

function acquired(state: LockState, lock: Lock, nowMs: number): LockState {
  const owned = { ...state, acquiring: false, ownLockId: lock.lockId ?? null, loss: null };
  if (lock.version >= state.version) return { ...owned, version: lock.version, lock };
  // A later frame overtook the response: it has this very lock, or the lock is gone already.
  if (state.lock?.lockId === lock.lockId) return owned;
  return lose(owned, { cause: state.lock ? "taken" : "released", by: state.lock?.userInfo.name ?? null }, nowMs);
}

function isStillOwn(state: LockState, lock: Lock | null): boolean {
  if (!lock) return false;
  if (lock.lockId) return lock.lockId === state.ownLockId;
  return lock.userId === state.userId && lock.acquiredAt === state.lock?.acquiredAt;
}

function lossOf(state: LockState, event: Extract<LockEvent, { type: "received" }>): Pick<Loss, "cause" | "by"> {
  if (event.lock?.userId === state.userId) return { cause: "moved", by: null };
  if (event.lock) return { cause: "taken", by: event.lock.userInfo.name };
  const isExpired = event.cause === "expired" || remainingMs(state, event.nowMs) <= 0;
  return { cause: isExpired ? "expired" : "released", by: null };
}

function lose(state: LockState, loss: Pick<Loss, "cause" | "by">, nowMs: number): LockState {
  return { ...state, ownLockId: null, acquiring: false, loss: { ...loss, atMs: nowMs + state.serverOffsetMs } };
}

export function phaseOf(state: LockState): LockPhase {
  if (state.loss) return "lost";
  if (state.ownLockId) return "mine";
  if (state.acquiring) return "acquiring";
  if (state.version < 0) return "unknown";
  if (!state.lock || isOwn(state, state.lock)) return "free";
  return state.lock.userId === state.userId ? "elsewhere" : "theirs";
}

/** The lockId of a lock that the server keeps for this tab although nobody edits here. To be released. */
export function orphanedLockId(state: LockState): string | null {
  const idle = !state.ownLockId && !state.acquiring;
  return idle && state.lock && isOwn(state, state.lock) ? (state.lock.lockId ?? null) : null;
}

function isOwn(state: LockState, lock: Lock): boolean {
  return lock.userId === state.userId && lock.sessionId === state.tabId;
}

/** By the server's clock, so that a wrong clock here does not change the countdown. */
export function remainingMs(state: LockState, nowMs: number): number {
  return state.lock ? Date.parse(state.lock.expiresAt) - (nowMs + state.serverOffsetMs) : 0;
}

export function leaseMs(lock: Lock): number {
  return Math.max(1, Date.parse(lock.expiresAt) - Date.parse(lock.renewedAt));
}

/** True in the last minute of an own lease, or the last two fifths of a short one. */
export function isEnding(state: LockState, nowMs: number): boolean {
  if (!state.lock || phaseOf(state) !== "mine") return false;
  return remainingMs(state, nowMs) <= Math.min(timing.endingSoonMs, leaseMs(state.lock) * 0.4);
}
