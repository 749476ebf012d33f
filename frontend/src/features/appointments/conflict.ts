import type { UseFormReturn } from "react-hook-form";
import { fieldErrorsOf } from "@/lib/api/problem";
import type { SlotConflict } from "./api/slot-conflict";
import { type Fields, formFieldOf } from "./fields";
import { instantOf } from "./start";

/** Whose time is asked for, and which. */
type RequestedSlot = Pick<Fields, "start" | "minutes" | "doctorId" | "serviceId">;

/** Why a time could not be had, and the time. */
export interface Conflict {
  requested: RequestedSlot;
  evidence: SlotConflict;
}

export function conflictFor(evidence: SlotConflict, { start, minutes, doctorId, serviceId }: RequestedSlot): Conflict {
  return { evidence, requested: { start: { ...start }, minutes, doctorId, serviceId } };
}

/** Whether the same is still being asked for; what is asked for otherwise may well be free. */
export function isStillConflicting({ requested }: Conflict, typed: RequestedSlot): boolean {
  const key = (of: RequestedSlot) => [instantOf(of.start), of.minutes, of.doctorId, of.serviceId].join(" ");
  return key(requested) === key(typed);
}

/** Puts what the server found wrong beside the fields. */
export function showFieldErrors(form: UseFormReturn<Fields>, error: unknown): void {
  for (const { field, message } of fieldErrorsOf(error)) {
    form.setError(formFieldOf(field) as keyof Fields, { type: "server", message });
  }
}
