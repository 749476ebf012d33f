import { clockTime } from "@/lib/time/format";
import type { Appointment } from "./api/types";

export interface TimeGroup {
  startsAt: string;
  time: string;
  appointments: Appointment[];
}

/** Groups appointments by their start, in order of time. */
export function groupByTime(appointments: readonly Appointment[], timeZone: string): TimeGroup[] {
  const groups: TimeGroup[] = [];
  const inOrder = [...appointments].sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  for (const appointment of inOrder) {
    const { startsAt } = appointment;
    const last = groups.at(-1);
    if (last?.startsAt === startsAt) last.appointments.push(appointment);
    else groups.push({ startsAt, time: clockTime(startsAt, timeZone), appointments: [appointment] });
  }
  return groups;
}
