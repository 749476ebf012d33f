import { type Api, answerOf } from "@/lib/api/client";
import type { Lock } from "@/lib/api/lock";

export async function acquireLock(api: Api, appointmentId: string, sessionId: string): Promise<Lock> {
  const call = api.POST("/appointments/{appointmentId}/acquire-lock", {
    params: { path: { appointmentId } },
    body: { sessionId },
  });
  return (await answerOf(call)).lock;
}
