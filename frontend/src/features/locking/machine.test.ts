import { describe, expect, it } from "vitest";
import type { Lock } from "@/lib/api/lock";
import {
  initialLockState,
  isEnding,
  type LockEvent,
  type LockState,
  orphanedLockId,
  phaseOf,
  reduceLock,
  remainingMs,
} from "./machine";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString();

const alice = { userId: "alice", userInfo: { name: "Alice", email: "alice@test" } };
const bob = { userId: "bob", userInfo: { name: "Bob", email: "bob@test" } };

function lockOf(owner: typeof alice, version: number, more: Partial<Lock> = {}): Lock {
  return {
    ...owner,
    appointmentId: "a1",
    version,
    acquiredAt: at(0),
    renewedAt: at(0),
    expiresAt: at(300),
    ...more,
  };
}

/** Alice's own lock, as her tab receives it. */
const mine = (version: number, more: Partial<Lock> = {}) =>
  lockOf(alice, version, { lockId: "lock-1", sessionId: "tab-1", ...more });

const frame = (lock: Lock | null, version: number, cause?: string): LockEvent => ({
  type: "received",
  lock,
  version,
  cause,
  current: false,
  nowMs: NOON,
});
const status = (lock: Lock | null, version: number): LockEvent =>
  ({ ...frame(lock, version), current: true }) as LockEvent;

function stateAfter(...events: LockEvent[]): LockState {
  return events.reduce(reduceLock, initialLockState("alice", "tab-1"));
}

const editing = [
  status(null, 0),
  { type: "acquire-requested" },
  { type: "acquired", lock: mine(1), nowMs: NOON },
] as const;

describe("phase", () => {
  it("is unknown before the first frame", () => {
    expect(phaseOf(stateAfter())).toBe("unknown");
  });

  it("is free when nobody has or had the lock", () => {
    expect(phaseOf(stateAfter(status(null, 0)))).toBe("free");
  });

  it("is theirs when someone else has the lock", () => {
    expect(phaseOf(stateAfter(status(lockOf(bob, 3), 3)))).toBe("theirs");
  });

  it("is elsewhere when another own tab has the lock", () => {
    expect(phaseOf(stateAfter(status(mine(3, { sessionId: "tab-2" }), 3)))).toBe("elsewhere");
  });

  it("is mine only after this page acquired the lock", () => {
    expect(phaseOf(stateAfter(status(mine(3), 3)))).toBe("free");
    expect(phaseOf(stateAfter(...editing))).toBe("mine");
  });
});

describe("order of frames", () => {
  it("drops a frame whose version is not newer", () => {
    const bobHas = stateAfter(status(null, 4), frame(lockOf(bob, 6), 6));
    expect(reduceLock(bobHas, frame(null, 5))).toBe(bobHas);
    expect(reduceLock(bobHas, frame(null, 6))).toBe(bobHas);
    expect(phaseOf(reduceLock(bobHas, frame(null, 7)))).toBe("free");
  });

  it("accepts a status of the same version, since the lock may have expired", () => {
    expect(phaseOf(stateAfter(frame(lockOf(bob, 6), 6), status(null, 6)))).toBe("free");
  });

  it("drops a status that is older than a frame", () => {
    expect(phaseOf(stateAfter(frame(lockOf(bob, 6), 6), status(null, 5)))).toBe("theirs");
  });

  it("acquires also if the frame comes before the response", () => {
    const state = stateAfter(status(null, 0), { type: "acquire-requested" }, frame(mine(1), 1, "acquired"));
    expect(phaseOf(state)).toBe("acquiring");
    expect(phaseOf(reduceLock(state, { type: "acquired", lock: mine(1), nowMs: NOON }))).toBe("mine");
  });

  it("acquires also if a renewal overtook the response", () => {
    const state = stateAfter(status(null, 0), { type: "acquire-requested" }, frame(mine(2), 2));
    expect(phaseOf(reduceLock(state, { type: "acquired", lock: mine(1), nowMs: NOON }))).toBe("mine");
  });

  it("loses a lock that was taken before the response came", () => {
    const state = stateAfter(status(null, 0), { type: "acquire-requested" }, frame(lockOf(bob, 3), 3));
    const late = reduceLock(state, { type: "acquired", lock: mine(1), nowMs: NOON });
    expect(late.loss).toMatchObject({ cause: "taken", by: "Bob" });
  });
});

describe("losing the lock", () => {
  it("has the name of the new owner", () => {
    expect(stateAfter(...editing, frame(lockOf(bob, 2), 2, "taken_over")).loss).toMatchObject({
      cause: "taken",
      by: "Bob",
    });
  });

  it("has the cause of an expired lease", () => {
    expect(stateAfter(...editing, frame(null, 2, "expired")).loss?.cause).toBe("expired");
  });

  it("has the cause of a move to another tab", () => {
    const moved = frame(mine(2, { lockId: "lock-2", sessionId: "tab-2" }), 2);
    expect(stateAfter(...editing, moved).loss?.cause).toBe("moved");
  });

  it("stays until the user dismisses it", () => {
    const lost = stateAfter(...editing, frame(lockOf(bob, 2), 2), frame(null, 3, "released"));
    expect(phaseOf(lost)).toBe("lost");
    expect(phaseOf(reduceLock(lost, { type: "loss-dismissed" }))).toBe("free");
  });

  it("follows from a refused request too", () => {
    expect(phaseOf(stateAfter(...editing, { type: "rejected", nowMs: NOON }))).toBe("lost");
  });

  it("does not follow from a renewal", () => {
    expect(phaseOf(stateAfter(...editing, frame(mine(2, { renewedAt: at(150), expiresAt: at(450) }), 2)))).toBe("mine");
  });

  it("does not follow from a release", () => {
    const givenBack = stateAfter(...editing, { type: "released" });
    expect(phaseOf(givenBack)).toBe("free");
    expect(phaseOf(reduceLock(givenBack, frame(null, 2, "released")))).toBe("free");
  });
});

describe("an orphaned lock", () => {
  it("is found after a reload", () => {
    expect(orphanedLockId(stateAfter(status(mine(3), 3)))).toBe("lock-1");
  });

  it("does not exist while editing or acquiring, or in another tab", () => {
    expect(orphanedLockId(stateAfter(...editing))).toBeNull();
    expect(orphanedLockId(stateAfter({ type: "acquire-requested" }, frame(mine(1), 1)))).toBeNull();
    expect(orphanedLockId(stateAfter(status(mine(3, { sessionId: "tab-2" }), 3)))).toBeNull();
  });
});

describe("countdown", () => {
  it("uses the server's clock", () => {
    const slowMachine = NOON - 90_000;
    const state = stateAfter({ type: "clock-sync", serverTime: at(0), nowMs: slowMachine }, status(lockOf(bob, 1), 1));
    expect(remainingMs(state, slowMachine)).toBe(300_000);
  });

  it("warns in the last minute, or two fifths of a short lease", () => {
    const state = stateAfter(...editing);
    expect(isEnding(state, NOON + 239_000)).toBe(false);
    expect(isEnding(state, NOON + 240_000)).toBe(true);
    const short = stateAfter(status(null, 0), { type: "acquired", lock: mine(1, { expiresAt: at(10) }), nowMs: NOON });
    expect(isEnding(short, NOON + 5_000)).toBe(false);
    expect(isEnding(short, NOON + 6_000)).toBe(true);
  });

  it("does not warn about someone else's lock", () => {
    expect(isEnding(stateAfter(status(lockOf(bob, 1), 1)), NOON + 299_000)).toBe(false);
  });
});
