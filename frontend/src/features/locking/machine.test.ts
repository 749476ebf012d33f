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

/** Alice's own lock as her tab sees it. */
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

describe("what the screen shows", () => {
  it("knows nothing before the first word", () => {
    expect(phaseOf(stateAfter())).toBe("unknown");
  });

  it("is free when nobody has the lock, even if nobody ever had", () => {
    expect(phaseOf(stateAfter(status(null, 0)))).toBe("free");
  });

  it("is someone else's", () => {
    expect(phaseOf(stateAfter(status(lockOf(bob, 3), 3)))).toBe("theirs");
  });

  it("is mine in another tab when the session differs", () => {
    expect(phaseOf(stateAfter(status(mine(3, { sessionId: "tab-2" }), 3)))).toBe("elsewhere");
  });

  it("is mine only after this page asked for it", () => {
    expect(phaseOf(stateAfter(status(mine(3), 3)))).toBe("free");
    expect(phaseOf(stateAfter(...editing))).toBe("mine");
  });
});

describe("the order of news", () => {
  it("drops a frame whose version is not above the last", () => {
    const bobHas = stateAfter(status(null, 4), frame(lockOf(bob, 6), 6));
    expect(reduceLock(bobHas, frame(null, 5))).toBe(bobHas);
    expect(reduceLock(bobHas, frame(null, 6))).toBe(bobHas);
    expect(phaseOf(reduceLock(bobHas, frame(null, 7)))).toBe("free");
  });

  it("believes a status of the same version, because time may have ended the lock", () => {
    expect(phaseOf(stateAfter(frame(lockOf(bob, 6), 6), status(null, 6)))).toBe("free");
  });

  it("does not believe a status that is older than a frame", () => {
    expect(phaseOf(stateAfter(frame(lockOf(bob, 6), 6), status(null, 5)))).toBe("theirs");
  });

  it("keeps what it acquired when the frame comes before the answer", () => {
    const state = stateAfter(status(null, 0), { type: "acquire-requested" }, frame(mine(1), 1, "acquired"));
    expect(phaseOf(state)).toBe("acquiring");
    expect(phaseOf(reduceLock(state, { type: "acquired", lock: mine(1), nowMs: NOON }))).toBe("mine");
  });

  it("keeps it too when a renewal overtook the answer", () => {
    const state = stateAfter(status(null, 0), { type: "acquire-requested" }, frame(mine(2), 2));
    expect(phaseOf(reduceLock(state, { type: "acquired", lock: mine(1), nowMs: NOON }))).toBe("mine");
  });

  it("does not think it holds a lock that was taken before the answer came", () => {
    const state = stateAfter(status(null, 0), { type: "acquire-requested" }, frame(lockOf(bob, 3), 3));
    const late = reduceLock(state, { type: "acquired", lock: mine(1), nowMs: NOON });
    expect(late.loss).toMatchObject({ cause: "taken", by: "Bob" });
  });
});

describe("losing the lock", () => {
  it("says who has it now", () => {
    expect(stateAfter(...editing, frame(lockOf(bob, 2), 2, "taken_over")).loss).toMatchObject({
      cause: "taken",
      by: "Bob",
    });
  });

  it("says that time ran out", () => {
    expect(stateAfter(...editing, frame(null, 2, "expired")).loss?.cause).toBe("expired");
  });

  it("says that it went to another tab", () => {
    const moved = frame(mine(2, { lockId: "lock-2", sessionId: "tab-2" }), 2);
    expect(stateAfter(...editing, moved).loss?.cause).toBe("moved");
  });

  it("stays on the screen until the user has seen it", () => {
    const lost = stateAfter(...editing, frame(lockOf(bob, 2), 2), frame(null, 3, "released"));
    expect(phaseOf(lost)).toBe("lost");
    expect(phaseOf(reduceLock(lost, { type: "loss-dismissed" }))).toBe("free");
  });

  it("is learned from a refused save too", () => {
    expect(phaseOf(stateAfter(...editing, { type: "rejected", nowMs: NOON }))).toBe("lost");
  });

  it("is not what a renewal is", () => {
    expect(phaseOf(stateAfter(...editing, frame(mine(2, { renewedAt: at(150), expiresAt: at(450) }), 2)))).toBe("mine");
  });

  it("is not what giving it back is", () => {
    const givenBack = stateAfter(...editing, { type: "released" });
    expect(phaseOf(givenBack)).toBe("free");
    expect(phaseOf(reduceLock(givenBack, frame(null, 2, "released")))).toBe("free");
  });
});

describe("a lock that nobody here uses", () => {
  it("is an orphan after a reload, and is to be given back", () => {
    expect(orphanedLockId(stateAfter(status(mine(3), 3)))).toBe("lock-1");
  });

  it("is none while editing, while asking, or when another tab has it", () => {
    expect(orphanedLockId(stateAfter(...editing))).toBeNull();
    expect(orphanedLockId(stateAfter({ type: "acquire-requested" }, frame(mine(1), 1)))).toBeNull();
    expect(orphanedLockId(stateAfter(status(mine(3, { sessionId: "tab-2" }), 3)))).toBeNull();
  });
});

describe("the countdown", () => {
  it("goes by the server's clock", () => {
    const slowMachine = NOON - 90_000;
    const state = stateAfter({ type: "clock-sync", serverTime: at(0), nowMs: slowMachine }, status(lockOf(bob, 1), 1));
    expect(remainingMs(state, slowMachine)).toBe(300_000);
  });

  it("warns in the last minute, and of a short lease in its last two fifths", () => {
    const state = stateAfter(...editing);
    expect(isEnding(state, NOON + 239_000)).toBe(false);
    expect(isEnding(state, NOON + 240_000)).toBe(true);
    const short = stateAfter(status(null, 0), { type: "acquired", lock: mine(1, { expiresAt: at(10) }), nowMs: NOON });
    expect(isEnding(short, NOON + 5_000)).toBe(false);
    expect(isEnding(short, NOON + 6_000)).toBe(true);
  });

  it("does not warn of someone else's lock", () => {
    expect(isEnding(stateAfter(status(lockOf(bob, 1), 1)), NOON + 299_000)).toBe(false);
  });
});
