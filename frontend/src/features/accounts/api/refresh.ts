import type { SignInResponse } from "@/features/accounts/session";
import { type Api, unwrap } from "@/lib/api/client";

export function refreshSession(api: Api): Promise<SignInResponse> {
  return unwrap(api.POST("/auth/refresh"));
}
