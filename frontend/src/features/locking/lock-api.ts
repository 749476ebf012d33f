import type { Api } from "@/lib/api/client";
import type { Lock } from "@/lib/api/lock";
import { acquireLock } from "./api/acquire-lock";
import { type LockStatus, lockStatus } from "./api/lock-status";
import { type Released, releaseLock, releaseLockByBeacon } from "./api/release-lock";
import { renewLock } from "./api/renew-lock";

/** The requests for the lock of one appointment. */
export interface LockApi {
  status: () => Promise<LockStatus>;
  acquire: (tabId: string) => Promise<Lock>;
  renew: (lockId: string) => Promise<Lock>;
  release: (lockId: string) => Promise<Released>;
  /** Works while the page unloads. */
  releaseByBeacon: (lockId: string) => void;
}

export function createLockApi(api: Api, appointmentId: string): LockApi {
  return {
    status: () => lockStatus(api, appointmentId),
    acquire: (tabId) => acquireLock(api, appointmentId, tabId),
    renew: (lockId) => renewLock(api, appointmentId, lockId),
    release: (lockId) => releaseLock(api, appointmentId, lockId),
    releaseByBeacon: (lockId) => releaseLockByBeacon(appointmentId, lockId),
  };
}
