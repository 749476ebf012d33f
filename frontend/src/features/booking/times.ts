import { clockTime } from "@/lib/time/format";
import { DAY_MS } from "@/lib/time/units";
import { dateIn } from "@/lib/time/zone";
import type { Slot } from "./api/types";

/** A start, with a slot for each free doctor. Without slots it is taken. */
export interface Time {
  start: string;
  slots: readonly Slot[];
}

export const parts = ["Morning", "Afternoon", "Evening"] as const;
export type Part = (typeof parts)[number];

const NOON = 12;
const EVENING = 17;

/** Groups slots by start, in the order of the slots. */
export function timesOf(slots: readonly Slot[]): Time[] {
  const byStart = new Map<string, Slot[]>();
  for (const slot of slots) {
    const group = byStart.get(slot.start);
    if (group) group.push(slot);
    else byStart.set(slot.start, [slot]);
  }
  return [...byStart].map(([start, slots]) => ({ start, slots }));
}

export function timesOn(date: string, times: readonly Time[], timeZone: string): Time[] {
  return times.filter(({ start }) => dateIn(timeZone, Date.parse(start)) === date);
}

/** The number of free times of each date. */
export function countByDate(times: readonly Time[], timeZone: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { start, slots } of times) {
    const date = dateIn(timeZone, Date.parse(start));
    if (slots.length > 0) counts.set(date, (counts.get(date) ?? 0) + 1);
  }
  return counts;
}

/** The times by part of the day, without empty parts. */
export function byPart(times: readonly Time[], timeZone: string): { part: Part; times: Time[] }[] {
  const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone });
  const partOf = ({ start }: Time): Part => {
    const hour = Number(hours.format(new Date(start)));
    if (hour < NOON) return "Morning";
    return hour < EVENING ? "Afternoon" : "Evening";
  };
  return parts
    .map((part) => ({ part, times: times.filter((time) => partOf(time) === part) }))
    .filter(({ times }) => times.length > 0);
}

/** A label for each time. When clocks are put back, repeated times have their UTC offset. */
export function timeLabels(times: readonly Time[], timeZone: string): ReadonlyMap<string, string> {
  const plain = new Map(times.map(({ start }) => [start, clockTime(start, timeZone)]));
  const seen = [...plain.values()];
  const offsets = new Intl.DateTimeFormat("en-GB", { timeZoneName: "shortOffset", timeZone });
  const offset = (start: string) =>
    offsets.formatToParts(new Date(start)).find(({ type }) => type === "timeZoneName")?.value;
  return new Map(
    [...plain].map(([start, label]) => [
      start,
      seen.filter((other) => other === label).length > 1 ? `${label} ${offset(start)}` : label,
    ]),
  );
}

/**
 * Merges new times into those shown before: a taken time stays in its place, without slots, so that nothing moves under
 * the finger. A time that has passed is removed.
 */
export function keepInPlace(before: readonly Time[], now: readonly Time[], soonestMs: number): Time[] {
  const fresh = new Set(now.map(({ start }) => start));
  const gone = before.filter(({ start }) => !fresh.has(start) && Date.parse(start) >= soonestMs);
  return [...now, ...gone.map(({ start }) => ({ start, slots: [] }))].sort(
    (a, b) => Date.parse(a.start) - Date.parse(b.start),
  );
}

export interface TimeChanges {
  taken: string[];
  freed: string[];
}

/** The starts that became taken or free between two versions of the same view. */
export function changesBetween(before: readonly Time[], now: readonly Time[]): TimeChanges {
  const free = (times: readonly Time[]) => times.filter(({ slots }) => slots.length > 0).map(({ start }) => start);
  const [was, is] = [new Set(free(before)), new Set(free(now))];
  return { taken: [...was].filter((start) => !is.has(start)), freed: [...is].filter((start) => !was.has(start)) };
}

/** True if both lists look the same. */
export function sameTimes(a: readonly Time[], b: readonly Time[]): boolean {
  const key = (times: readonly Time[]) =>
    times.map(({ start, slots }) => `${start} ${slots.map(({ doctorId }) => doctorId)}`).join();
  return key(a) === key(b);
}

/** The first day of the week that has `date`. Weeks are counted from today. */
export function weekOf(date: string, today: string, days: number): string {
  const passed = Math.round((Date.parse(date) - Date.parse(today)) / DAY_MS);
  const start = Date.parse(today) + Math.floor(passed / days) * days * DAY_MS;
  return new Date(start).toISOString().slice(0, 10);
}
