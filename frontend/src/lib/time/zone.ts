import { DAY_MS } from "./units";

/** Wall-clock days and times of an IANA zone, by the browser's own zone data. */

interface WallClock {
  date: string;
  /** The wall time, parsed as if it were UTC. */
  asUtcMs: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function partsFormatter(timeZone: string): Intl.DateTimeFormat {
  const cached = formatters.get(timeZone);
  if (cached) return cached;
  const formatter = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

function wallClock(instantMs: number, timeZone: string): WallClock {
  const parts = Object.fromEntries(
    partsFormatter(timeZone)
      .formatToParts(instantMs)
      .map((p) => [p.type, p.value]),
  );
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  return { date, asUtcMs: Date.parse(`${date}T${parts.hour}:${parts.minute}:${parts.second}Z`) };
}

/** The zone's date (`2026-11-21`) at an instant. */
export function dateIn(timeZone: string, instantMs: number): string {
  return wallClock(instantMs, timeZone).date;
}

/** The zone's date and wall time (`09:30`, with seconds only where there are some) at an instant. */
export function wallTimeIn(timeZone: string, instantMs: number): { date: string; time: string } {
  const { date, asUtcMs } = wallClock(instantMs, timeZone);
  return { date, time: new Date(asUtcMs).toISOString().slice(11, 19).replace(/:00$/, "") };
}

/** The instants of a wall time in a zone, in order: none if clocks skip it, two if they are put back over it. */
export function instantsOf(date: string, time: string, timeZone: string): number[] {
  const wallMs = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wallMs)) return [];
  return candidates(wallMs, timeZone).filter((at) => wallClock(at, timeZone).asUtcMs === wallMs);
}

/** The instants by the offset before and after a nearby change of clocks. */
function candidates(wallMs: number, timeZone: string): number[] {
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((at) => wallClock(at, timeZone).asUtcMs - at);
  return [...new Set(offsets.map((offset) => wallMs - offset))].sort((a, b) => a - b);
}

/** The first instant of a date in a zone, also where midnight is skipped. */
export function startOfDay(date: string, timeZone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return candidates(midnight, timeZone).find((at) => wallClock(at, timeZone).date >= date) ?? midnight;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && addDays(isNaNDate(text) ? "1970-01-01" : text, 0) === text;
}

function isNaNDate(text: string): boolean {
  return Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** The half-open range of instants that a date covers in a zone. */
export function dayRange(date: string, timeZone: string): { from: string; to: string } {
  return {
    from: toInstant(startOfDay(date, timeZone)),
    to: toInstant(startOfDay(addDays(date, 1), timeZone)),
  };
}

/** RFC 3339 in UTC, as the server writes it. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** All zones to choose from, including the local one under an older name. */
export function zoneNames(): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", localZone()])].sort();
}
