import type { components } from "@/lib/api/generated/schema";
import { dayRange } from "@/lib/time/zone";

/** Half-open. */
export type TimeRange = components["schemas"]["TimeRange"];

export function isInside({ from, to }: { from: string; to: string }, workingTime: readonly TimeRange[]): boolean {
  return workingTime.some(
    ({ start, end }) => Date.parse(start) <= Date.parse(from) && Date.parse(to) <= Date.parse(end),
  );
}

/** The working time that overlaps a date in a zone. */
export function workingTimeOn(date: string, timeZone: string, workingTime: readonly TimeRange[]): TimeRange[] {
  const { from, to } = dayRange(date, timeZone);
  return workingTime.filter(
    ({ start, end }) => Date.parse(start) < Date.parse(to) && Date.parse(end) > Date.parse(from),
  );
}
