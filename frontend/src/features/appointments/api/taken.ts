import * as z from "zod/mini";
import { hasCode } from "@/lib/api/problem";

const slot = z.object({ doctorId: z.string(), start: z.string(), end: z.string() });
const collision = z.object({
  start: z.string(),
  end: z.string(),
  state: z.enum(["held", "booked"]),
  doctorId: z.nullish(z.string()),
  resourceId: z.nullish(z.string()),
  appointmentId: z.nullish(z.string()),
});
const evidence = z.object({ collided: z.catch(z.array(collision), []), alternatives: z.catch(z.array(slot), []) });

/** A start that is free with a doctor. */
export type Slot = z.infer<typeof slot>;
/** What stands in the way: a doctor's time, or a room's. */
export type Collision = z.infer<typeof collision>;
export type Taken = z.infer<typeof evidence>;

/** What a `SLOT_TAKEN` says; null for any other error. */
export function takenIn(error: unknown): Taken | null {
  return hasCode(error, "SLOT_TAKEN") ? evidence.parse(error.problem) : null;
}
