import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { serverPaths } from "@/lib/paths";

/** What the lock is at now that it is free. */
export type Released = Pick<components["schemas"]["ReleaseResponse"], "version">;

/** By POST, which works through every proxy and outlives the page. Releasing twice is no error. */
export function releaseLock(api: Api, appointmentId: string, lockId: string): Promise<Released> {
  return unwrap(
    api.POST("/appointments/{appointmentId}/release-lock", {
      params: { path: { appointmentId } },
      body: { lockId },
      keepalive: true,
    }),
  );
}

/** A beacon carries no Authorization header; the lockId is itself the right to release. */
export function releaseLockByBeacon(appointmentId: string, lockId: string): void {
  navigator.sendBeacon(serverPaths.releaseLock(appointmentId), JSON.stringify({ lockId }));
}
