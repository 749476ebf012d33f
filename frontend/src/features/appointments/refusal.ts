import type { UseFormReturn } from "react-hook-form";
import { faultsOf } from "@/lib/api/problem";
import type { Taken } from "./api/taken";
import { type Fields, fieldOf } from "./fields";
import { instantOf } from "./start";

/** Whose time is asked for, and which. */
type Asked = Pick<Fields, "start" | "minutes" | "doctorId" | "serviceId">;

/** Why a time could not be had, and the time. */
export interface Refusal {
  asked: Asked;
  taken: Taken;
}

export function refusalOf(taken: Taken, { start, minutes, doctorId, serviceId }: Asked): Refusal {
  return { taken, asked: { start: { ...start }, minutes, doctorId, serviceId } };
}

/** Whether the same is still being asked for; what is asked for otherwise may well be free. */
export function stillStands({ asked }: Refusal, typed: Asked): boolean {
  const key = (of: Asked) => [instantOf(of.start), of.minutes, of.doctorId, of.serviceId].join(" ");
  return key(asked) === key(typed);
}

/** Puts what the server found wrong beside the fields. */
export function showFaults(form: UseFormReturn<Fields>, error: unknown): void {
  for (const { field, message } of faultsOf(error)) {
    form.setError(fieldOf(field) as keyof Fields, { type: "server", message });
  }
}
