import * as z from "zod/mini";
import { hasCode } from "@/lib/api/problem";

const slot = z.object({ doctorId: z.string(), start: z.string(), end: z.string() });
const conflictingSpan = z.object({
  start: z.string(),
  end: z.string(),
  state: z.enum(["held", "booked"]),
  doctorId: z.nullish(z.string()),
  resourceId: z.nullish(z.string()),
  appointmentId: z.nullish(z.string()),
});
const evidence = z.object({
  collided: z.catch(z.array(conflictingSpan), []),
  alternatives: z.catch(z.array(slot), []),
});

/** A start that is free with a doctor. */
export type Slot = z.infer<typeof slot>;
/** A reserved span of a doctor or a resource. */
export type ConflictingSpan = z.infer<typeof conflictingSpan>;
export type SlotConflict = z.infer<typeof evidence>;

/** The details of a `SLOT_TAKEN` problem; null for any other error. */
export function slotConflictIn(error: unknown): SlotConflict | null {
  return hasCode(error, "SLOT_TAKEN") ? evidence.parse(error.problem) : null;
}
