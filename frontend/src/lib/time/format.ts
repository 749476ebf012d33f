/** Formats times and durations for people. */

const locale = globalThis.navigator?.language ?? "en-GB";

export function clockTime(instant: string | number, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(timeZone && { timeZone }),
  }).format(new Date(instant));
}

export function longDate(instant: string | number, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    ...(timeZone && { timeZone }),
  }).format(new Date(instant));
}

/** `Tue 24 Nov, 09:30` */
export function shortWhen(instant: string | number, timeZone: string): string {
  const date = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone });
  return `${date.format(new Date(instant))}, ${clockTime(instant, timeZone)}`;
}

/** A calendar date (`2026-11-21`), which has no zone of its own. */
export function longCalendarDate(date: string): string {
  return longDate(`${date}T12:00:00Z`, "UTC");
}

/** `4:12`; never negative, and the last second is shown as `0:01` until it is over. */
export function countdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** `America/New_York` as `New York`. */
export function zoneCity(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}
