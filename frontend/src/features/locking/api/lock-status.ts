import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { timing } from "@/lib/timing";

export type LockStatus = components["schemas"]["LockStatus"];

export function lockStatus(api: Api, appointmentId: string): Promise<LockStatus> {
  const params = { path: { appointmentId } };
  // Polled, so a request that hangs must not block the next one.
  const signal = AbortSignal.timeout(timing.lockStatusTimeoutMs);
  return unwrap(api.GET("/appointments/{appointmentId}/lock-status", { params, signal }));
}
