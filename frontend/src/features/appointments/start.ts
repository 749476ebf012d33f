import { longCalendarDate, zoneCity } from "@/lib/time/format";
import { instantsOf, isDate, wallTimeIn } from "@/lib/time/zone";

/** Selects one of two instants when clocks are put back; empty if there is only one, or none is selected yet. */
export type Occurrence = "" | "first" | "second";

/** A typed start: a wall-clock time in a zone. */
export interface Start {
  date: string;
  time: string;
  timeZone: string;
  which: Occurrence;
}

/** An instant as a typed start in a zone. */
export function startAt(instant: string | number, timeZone: string): Start {
  const { date, time } = wallTimeIn(timeZone, new Date(instant).getTime());
  const [first, second] = instantsOf(date, time, timeZone);
  const which = second === undefined ? "" : first === new Date(instant).getTime() ? "first" : "second";
  return { date, time, timeZone, which };
}

/** The instant of a typed start; null if it is incomplete, skipped or ambiguous. */
export function instantOf({ date, time, timeZone, which }: Start): number | null {
  const found = instantsOf(date, time, timeZone);
  return (found.length < 2 ? found[0] : which && found[which === "first" ? 0 : 1]) || null;
}

export function isAmbiguous({ date, time, timeZone }: Start): boolean {
  return instantsOf(date, time, timeZone).length > 1;
}

/** False for dates with a half-typed year, such as `0002-11-24`. */
export function isDay(date: string): boolean {
  return isDate(date) && date >= "1900";
}

export function isComplete({ date, time }: Start): boolean {
  return isDay(date) && time !== "";
}

/** A sentence that explains why there is no such instant; null if there is one. */
export function startError(start: Start): string | null {
  if (!isComplete(start)) return "Enter a date and a time.";
  if (instantOf(start) !== null) return null;
  const place = `In ${zoneCity(start.timeZone)} clocks`;
  if (!isAmbiguous(start)) return `${place} skip ${start.time} on this date. Choose an earlier or a later time.`;
  return `${place} are put back on this date, so ${start.time} comes twice. Choose which one.`;
}

/** The same instant in another zone, if there is one yet. */
export function inZone(start: Start, timeZone: string): Start {
  const instant = instantOf(start);
  return instant === null ? { ...start, timeZone, which: "" } : startAt(instant, timeZone);
}

export function startLabel(start: Start): string {
  const date = isDay(start.date) ? longCalendarDate(start.date) : "no date";
  const which = start.which && `, the ${start.which} time`;
  return `${date}, ${start.time || "no time"}${which}, ${zoneCity(start.timeZone)} time`;
}
