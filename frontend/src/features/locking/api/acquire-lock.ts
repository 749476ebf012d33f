import { type Api, unwrap } from "@/lib/api/client";
import type { Lock } from "@/lib/api/lock";

export async function acquireLock(api: Api, appointmentId: string, tabId: string): Promise<Lock> {
  const call = api.POST("/appointments/{appointmentId}/acquire-lock", {
    params: { path: { appointmentId } },
    body: { sessionId: tabId },
  });
  return (await unwrap(call)).lock;
}
