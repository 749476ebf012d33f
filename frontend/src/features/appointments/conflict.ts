import type { UseFormReturn } from "react-hook-form";
import { fieldErrorsOf } from "@/lib/api/problem";
import type { SlotConflict } from "./api/slot-conflict";
import { type Fields, formFieldOf } from "./fields";
import { instantOf } from "./start";

/** The time that a save asks for. */
type RequestedSlot = Pick<Fields, "start" | "minutes" | "doctorId" | "serviceId">;

/** A refused time, and the server's reasons. */
export interface Conflict {
  requested: RequestedSlot;
  evidence: SlotConflict;
}

export function conflictFor(evidence: SlotConflict, { start, minutes, doctorId, serviceId }: RequestedSlot): Conflict {
  return { evidence, requested: { start: { ...start }, minutes, doctorId, serviceId } };
}

/** True while the form still asks for the refused time. */
export function isStillConflicting({ requested }: Conflict, typed: RequestedSlot): boolean {
  const key = (of: RequestedSlot) => [instantOf(of.start), of.minutes, of.doctorId, of.serviceId].join(" ");
  return key(requested) === key(typed);
}

/** Shows the server's validation errors beside the fields. */
export function showFieldErrors(form: UseFormReturn<Fields>, error: unknown): void {
  for (const { field, message } of fieldErrorsOf(error)) {
    form.setError(formFieldOf(field) as keyof Fields, { type: "server", message });
  }
}
