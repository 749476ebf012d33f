import { longCalendarDate, zoneCity } from "@/lib/time/format";
import { instantsOf, isDate, wallTimeIn } from "@/lib/time/zone";

/** Which of the two, where clocks are put back over a wall time; empty where it comes once, or is not chosen yet. */
export type Occurrence = "" | "first" | "second";

/** A start as one types it: on the wall clock of a zone. */
export interface Start {
  date: string;
  time: string;
  timeZone: string;
  which: Occurrence;
}

/** How an instant is typed in a zone. */
export function startAt(instant: string | number, timeZone: string): Start {
  const { date, time } = wallTimeIn(timeZone, new Date(instant).getTime());
  const [first, second] = instantsOf(date, time, timeZone);
  const which = second === undefined ? "" : first === new Date(instant).getTime() ? "first" : "second";
  return { date, time, timeZone, which };
}

/** Null as long as it is not whole, does not exist, or could be two. */
export function instantOf({ date, time, timeZone, which }: Start): number | null {
  const found = instantsOf(date, time, timeZone);
  return (found.length < 2 ? found[0] : which && found[which === "first" ? 0 : 1]) || null;
}

export function isAmbiguous({ date, time, timeZone }: Start): boolean {
  return instantsOf(date, time, timeZone).length > 1;
}

/** While one types the digits of a year, `0002-11-24` is a date too. */
export function isDay(date: string): boolean {
  return isDate(date) && date >= "1900";
}

export function isComplete({ date, time }: Start): boolean {
  return isDay(date) && time !== "";
}

/** Why there is no such instant, as a sentence; null if there is. */
export function startError(start: Start): string | null {
  if (!isComplete(start)) return "Enter a date and a time.";
  if (instantOf(start) !== null) return null;
  const place = `In ${zoneCity(start.timeZone)} clocks`;
  if (!isAmbiguous(start)) return `${place} skip ${start.time} on this date. Choose an earlier or a later time.`;
  return `${place} are put back on this date, so ${start.time} comes twice. Choose which one.`;
}

/** The same instant on another zone's clock, as far as it is known. */
export function inZone(start: Start, timeZone: string): Start {
  const instant = instantOf(start);
  return instant === null ? { ...start, timeZone, which: "" } : startAt(instant, timeZone);
}

export function startLabel(start: Start): string {
  const date = isDay(start.date) ? longCalendarDate(start.date) : "no date";
  const which = start.which && `, the ${start.which} time`;
  return `${date}, ${start.time || "no time"}${which}, ${zoneCity(start.timeZone)} time`;
}
