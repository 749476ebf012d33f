import { clockTime, longDate, shortWhen, zoneCity } from "@/lib/time/format";
import { dateIn } from "@/lib/time/zone";

const locale = globalThis.navigator?.language ?? "en-GB";

function formatDate(date: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(`${date}T12:00:00Z`));
}

/** `Tue` */
export function weekdayLabel(date: string): string {
  return formatDate(date, { weekday: "short" });
}

/** `24` */
export function dayLabel(date: string): string {
  return formatDate(date, { day: "numeric" });
}

/** `Tuesday 24 November` */
export function dateLabel(date: string): string {
  return formatDate(date, { weekday: "long", day: "numeric", month: "long" });
}

/** `November 2026`, or both months of a week. */
export function monthLabel(from: string, to: string): string {
  const [first, last] = [from, to].map((date) => formatDate(date, { month: "long", year: "numeric" }));
  return first === last ? `${first}` : `${formatDate(from, { month: "short" })} – ${last}`;
}

/** `Tuesday 24 November 2026 at 09:30` */
export function dateAndTime(instant: string, timeZone: string): string {
  return `${longDate(instant, timeZone)} at ${clockTime(instant, timeZone)}`;
}

/** `1 h 30 min` */
export function durationLabel(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ");
}

/** True if two zones' clocks show the same at an instant. */
export function showsSameTime(one: string, other: string, instant: string | number): boolean {
  return dateAndTime(new Date(instant).toISOString(), one) === dateAndTime(new Date(instant).toISOString(), other);
}

/** The time in another zone, with its date if it differs: `04:30 in New York`. */
export function timeElsewhere(instant: string, timeZone: string, here: string): string {
  const sameDate = dateIn(timeZone, Date.parse(instant)) === dateIn(here, Date.parse(instant));
  return `${sameDate ? clockTime(instant, timeZone) : shortWhen(instant, timeZone)} in ${zoneCity(timeZone)}`;
}
