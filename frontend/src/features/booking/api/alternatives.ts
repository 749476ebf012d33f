import * as z from "zod/mini";
import { ApiError, hasCode } from "@/lib/api/problem";
import type { Slot } from "./types";

const slots = z.array(z.object({ doctorId: z.string(), start: z.string(), end: z.string() }));

/** True if the time was taken by someone else, or its hold has expired. */
export function isSlotGone(error: unknown): error is ApiError {
  return hasCode(error, "SLOT_TAKEN") || hasCode(error, "HOLD_EXPIRED");
}

/** The alternatives in a refusal. */
export function alternativesIn(error: unknown): Slot[] {
  const parsed = slots.safeParse(error instanceof ApiError ? error.problem.alternatives : null);
  return parsed.success ? parsed.data : [];
}
