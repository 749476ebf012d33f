import * as z from "zod/mini";

/** A lock as this member receives it. Only its owner gets `lockId` and `sessionId`. */
export const lockSchema = z.object({
  appointmentId: z.string(),
  lockId: z.nullish(z.string()),
  version: z.number(),
  userId: z.string(),
  userInfo: z.object({ name: z.string(), email: z.string() }),
  sessionId: z.nullish(z.string()),
  acquiredAt: z.string(),
  renewedAt: z.string(),
  expiresAt: z.string(),
});

export interface Lock {
  appointmentId: string;
  lockId?: string | null | undefined;
  version: number;
  userId: string;
  userInfo: { name: string; email: string };
  sessionId?: string | null | undefined;
  acquiredAt: string;
  renewedAt: string;
  expiresAt: string;
}
