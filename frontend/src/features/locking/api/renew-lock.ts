import { type Api, unwrap } from "@/lib/api/client";
import type { Lock } from "@/lib/api/lock";

export async function renewLock(api: Api, appointmentId: string, lockId: string): Promise<Lock> {
  const call = api.POST("/appointments/{appointmentId}/renew-lock", {
    params: { path: { appointmentId } },
    body: { lockId },
  });
  return (await unwrap(call)).lock;
}
