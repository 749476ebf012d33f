import { beforeEach, expect, it } from "vitest";
import type { Lock } from "@/lib/api/lock";
import type { AppointmentFrame } from "./frames";
import { Versions } from "./versions";

const AT = "2026-11-21T09:00:00Z";
const LATER = "2026-11-21T09:00:05Z";

let versions: Versions;

beforeEach(() => {
  versions = new Versions();
});

function lock(version: number, appointmentId = "a1"): AppointmentFrame {
  const userInfo = { name: "Bob", email: "bob@test.test" };
  const held: Lock = {
    appointmentId,
    version,
    userId: "bob",
    userInfo,
    acquiredAt: AT,
    renewedAt: AT,
    expiresAt: LATER,
  };
  return { type: "lock-acquired", appointmentId, lock: held, version, at: AT };
}
const released = (version: number): AppointmentFrame => ({
  type: "lock-released",
  appointmentId: "a1",
  lock: null,
  version,
  at: AT,
});
const saved = (appointmentVersion: number): AppointmentFrame => ({
  type: "appointment-updated",
  appointmentId: "a1",
  appointmentVersion,
  changed: [],
});
const snapshot = (version: number, appointmentVersion: number, serverTime = AT): AppointmentFrame => ({
  type: "snapshot",
  appointmentId: "a1",
  lock: null,
  version,
  appointmentVersion,
  presence: [],
  serverTime,
});

it("drops a lock frame whose version is not newer", () => {
  expect(versions.accept(lock(5))).not.toBeNull();
  expect(versions.accept(released(5))).toBeNull();
  expect(versions.accept(released(4))).toBeNull();
  expect(versions.accept(released(6))).not.toBeNull();
});

it("drops frames that the snapshot already covers", () => {
  versions.accept(snapshot(5, 2));
  expect(versions.accept(lock(5))).toBeNull();
  expect(versions.accept(saved(2))).toBeNull();
  expect(versions.accept(saved(3))).not.toBeNull();
});

it("passes a snapshot of the same version, since a lock may have expired", () => {
  versions.accept(lock(5));
  expect(versions.accept(snapshot(5, 1))).toMatchObject({ version: 5, lock: null });
});

it("merges only the newer parts of an older snapshot", () => {
  const known = lock(6);
  versions.accept(known);
  expect(versions.accept(snapshot(5, 3, LATER))).toMatchObject({
    version: 6,
    lock: { version: 6 },
    appointmentVersion: 3,
  });
  expect(versions.accept(saved(3))).toBeNull();
});

it("does not restore an older version from a snapshot", () => {
  versions.accept(snapshot(1, 1));
  versions.accept(saved(4));
  expect(versions.accept(snapshot(2, 3))).toMatchObject({ version: 2, appointmentVersion: 4 });
});

it("tracks locks, saves and appointments separately", () => {
  versions.accept(lock(7));
  expect(versions.accept(saved(2))).not.toBeNull();
  expect(versions.accept(lock(1, "a2"))).not.toBeNull();
});

it("remembers the most recently changed appointments", () => {
  for (let number = 0; number < 2_000; number++) versions.accept(lock(3, `a${number}`));
  expect(versions.accept(lock(3, "a1999"))).toBeNull();
  expect(versions.accept(lock(3, "a0"))).not.toBeNull();
});
