import type { SessionAnswer } from "@/features/accounts/session";
import { type Api, answerOf } from "@/lib/api/client";

export function refreshSession(api: Api): Promise<SessionAnswer> {
  return answerOf(api.POST("/auth/refresh"));
}
