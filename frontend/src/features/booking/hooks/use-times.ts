import { useState } from "react";
import { type SlotQuery, useWeek } from "@/features/booking/api/availability";
import type { Practice, PublicService } from "@/features/booking/api/types";
import { stillFree, type TakenSpans } from "@/features/booking/taken-spans";
import { keepInPlace, sameTimes, type Time, timesOf, timesOn } from "@/features/booking/times";
import { MINUTE_MS } from "@/lib/time/units";

interface Times {
  /** The times of all seven days; undefined while loading. */
  week: Time[] | undefined;
  /** The times of the chosen date, with those taken meanwhile in place. */
  day: Time[] | undefined;
  error: unknown;
  isFetching: boolean;
  refetch: () => void;
}

interface TimesOptions {
  practice: Practice;
  service: PublicService;
  query: SlotQuery;
  date: string;
  weekStart: string;
  timeZone: string;
  takenSpans: TakenSpans;
}

/** The offered times around a date, with live updates applied. */
export function useTimes({ practice, service, query, date, weekStart, timeZone, takenSpans }: TimesOptions): Times {
  const { data, dataUpdatedAt, error, isFetching, refetch } = useWeek(query, weekStart, timeZone);
  const week = data && timesOf(stillFree(data, takenSpans, dataUpdatedAt));
  const soonestMs = Date.now() + (practice.bookingRules.minimumNoticeMinutes ?? 0) * MINUTE_MS;
  const view = [service.id, query.doctorId, date, timeZone].join(" ");
  const day = useTimesInPlace(view, week && timesOn(date, week, timeZone), soonestMs);
  return { week, day, error: data ? null : error, isFetching, refetch: () => void refetch() };
}

function useTimesInPlace(view: string, now: Time[] | undefined, soonestMs: number): Time[] | undefined {
  const [shown, setShown] = useState<{ view: string; times: Time[] } | null>(null);
  if (!now) return undefined;
  const before = shown?.view === view ? shown.times : null;
  const times = keepInPlace(before ?? [], now, soonestMs);
  if (before && sameTimes(before, times)) return before;
  setShown({ view, times });
  return times;
}
