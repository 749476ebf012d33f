import { type Lock, lockSchema } from "@/lib/api/lock";
import { ApiError } from "@/lib/api/problem";

/** The lock in a problem's details, if any. */
export function lockInProblem(error: unknown): Lock | null {
  if (!(error instanceof ApiError)) return null;
  const parsed = lockSchema.safeParse(error.problem.lock);
  return parsed.success ? parsed.data : null;
}
