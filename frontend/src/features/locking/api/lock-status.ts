import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { timing } from "@/lib/timing";

export type LockStatus = components["schemas"]["LockStatus"];

export function lockStatus(api: Api, appointmentId: string): Promise<LockStatus> {
  const params = { path: { appointmentId } };
  // It is asked again and again, so one that hangs must not stand in the way of the next.
  const signal = AbortSignal.timeout(timing.lockStatusTimeoutMs);
  return unwrap(api.GET("/appointments/{appointmentId}/lock-status", { params, signal }));
}
