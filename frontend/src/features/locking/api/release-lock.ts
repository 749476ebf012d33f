import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { serverPaths } from "@/lib/paths";

/** The version of the released lock. */
export type Released = Pick<components["schemas"]["ReleaseResponse"], "version">;

/** Releases a lock, also while the page unloads. Idempotent. */
export function releaseLock(api: Api, appointmentId: string, lockId: string): Promise<Released> {
  return unwrap(
    api.POST("/appointments/{appointmentId}/release-lock", {
      params: { path: { appointmentId } },
      body: { lockId },
      keepalive: true,
    }),
  );
}

/** Releases a lock by beacon. It has no Authorization header; the lockId is the credential. */
export function releaseLockByBeacon(appointmentId: string, lockId: string): void {
  navigator.sendBeacon(serverPaths.releaseLock(appointmentId), JSON.stringify({ lockId }));
}
