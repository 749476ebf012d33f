import type { Lock } from "@/lib/api/lock";

/** What this tab knows about one appointment's lock. Pure: frames and answers go in, the next state comes out. */
export interface LockState {
  readonly userId: string;
  readonly sessionId: string;
  /** The last version seen; -1 before anything was told. */
  readonly version: number;
  readonly lock: Lock | null;
  /** The lockId that this page acquired and has not given back or lost. */
  readonly claimed: string | null;
  readonly acquiring: boolean;
  readonly loss: Loss | null;
  /** Server time minus this machine's time. */
  readonly serverOffsetMs: number;
}

export interface Loss {
  readonly cause: "expired" | "taken" | "moved" | "left" | "released";
  /** Who has it now, if somebody else does. */
  readonly by: string | null;
  readonly atMs: number;
}

export type LockPhase = "unknown" | "free" | "acquiring" | "mine" | "elsewhere" | "theirs" | "lost";

export type LockEvent =
  /** A frame or an answer about the lock. `current`: it describes the present, so the same version is news too. */
  | { type: "told"; lock: Lock | null; version: number; cause?: string | undefined; current: boolean; nowMs: number }
  | { type: "clock-told"; serverTime: string; nowMs: number }
  | { type: "acquire-asked" }
  | { type: "acquire-ended" }
  | { type: "acquired"; lock: Lock; nowMs: number }
  | { type: "given-back" }
  /** The page was hidden for good, as far as anyone could know; the lock was given back by beacon. */
  | { type: "left"; nowMs: number }
  /** The server refused something because the lock is no longer ours. */
  | { type: "refused"; nowMs: number }
  | { type: "loss-dismissed" };

export function initialLockState(userId: string, sessionId: string): LockState {
  return {
    userId,
    sessionId,
    version: -1,
    lock: null,
    claimed: null,
    acquiring: false,
    loss: null,
    serverOffsetMs: 0,
  };
}

export function reduceLock(state: LockState, event: LockEvent): LockState {
  switch (event.type) {
    case "told":
      return told(state, event);
    case "clock-told":
      return { ...state, serverOffsetMs: Date.parse(event.serverTime) - event.nowMs };
    case "acquire-asked":
      return { ...state, acquiring: true, loss: null };
    case "acquire-ended":
      return { ...state, acquiring: false };
    case "acquired":
      return acquired(state, event.lock, event.nowMs);
    case "given-back":
      return state.claimed ? { ...state, claimed: null, acquiring: false, lock: null } : { ...state, acquiring: false };
    case "left":
      return state.claimed ? lose({ ...state, lock: null }, { cause: "left", by: null }, event.nowMs) : state;
    case "refused":
      return state.claimed ? lose(state, { cause: "released", by: null }, event.nowMs) : state;
    case "loss-dismissed":
      return { ...state, loss: null };
  }
}

function told(state: LockState, event: Extract<LockEvent, { type: "told" }>): LockState {
  const stale = event.current ? event.version < state.version : event.version <= state.version;
  if (stale) return state;
  const next = { ...state, version: event.version, lock: event.lock };
  if (state.claimed === null || isClaimed(state, event.lock)) return next;
  return lose(next, reasonOf(state, event), event.nowMs);
}

function acquired(state: LockState, lock: Lock, nowMs: number): LockState {
  const claimed = { ...state, acquiring: false, claimed: lock.lockId ?? null, loss: null };
  if (lock.version >= state.version) return { ...claimed, version: lock.version, lock };
  // A later frame overtook the answer: either it speaks of this very lock, or the lock is gone already.
  if (state.lock?.lockId === lock.lockId) return claimed;
  return lose(claimed, { cause: state.lock ? "taken" : "released", by: state.lock?.userInfo.name ?? null }, nowMs);
}

function isClaimed(state: LockState, lock: Lock | null): boolean {
  if (!lock) return false;
  if (lock.lockId) return lock.lockId === state.claimed;
  return lock.userId === state.userId && lock.acquiredAt === state.lock?.acquiredAt;
}

function reasonOf(state: LockState, event: Extract<LockEvent, { type: "told" }>): Pick<Loss, "cause" | "by"> {
  if (event.lock?.userId === state.userId) return { cause: "moved", by: null };
  if (event.lock) return { cause: "taken", by: event.lock.userInfo.name };
  const ranOut = event.cause === "expired" || remainingMs(state, event.nowMs) <= 0;
  return { cause: ranOut ? "expired" : "released", by: null };
}

function lose(state: LockState, loss: Pick<Loss, "cause" | "by">, nowMs: number): LockState {
  return { ...state, claimed: null, acquiring: false, loss: { ...loss, atMs: nowMs + state.serverOffsetMs } };
}

export function phaseOf(state: LockState): LockPhase {
  if (state.loss) return "lost";
  if (state.claimed) return "mine";
  if (state.acquiring) return "acquiring";
  if (state.version < 0) return "unknown";
  if (!state.lock || isOwn(state, state.lock)) return "free";
  return state.lock.userId === state.userId ? "elsewhere" : "theirs";
}

/** The lockId of a lock that this tab has on the server although nobody edits here: to be given back. */
export function orphanOf(state: LockState): string | null {
  const idle = !state.claimed && !state.acquiring;
  return idle && state.lock && isOwn(state, state.lock) ? (state.lock.lockId ?? null) : null;
}

function isOwn(state: LockState, lock: Lock): boolean {
  return lock.userId === state.userId && lock.sessionId === state.sessionId;
}

/** By the server's clock, so that a wrong clock here neither shortens nor stretches the countdown. */
export function remainingMs(state: LockState, nowMs: number): number {
  return state.lock ? Date.parse(state.lock.expiresAt) - (nowMs + state.serverOffsetMs) : 0;
}

export function leaseMs(lock: Lock): number {
  return Math.max(1, Date.parse(lock.expiresAt) - Date.parse(lock.renewedAt));
}

/** The last minute; of a short lease, the last two fifths. */
export function isEnding(state: LockState, nowMs: number): boolean {
  if (!state.lock || phaseOf(state) !== "mine") return false;
  return remainingMs(state, nowMs) <= Math.min(60_000, leaseMs(state.lock) * 0.4);
}
