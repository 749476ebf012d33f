import { useState } from "react";
import { type Search, useWeek } from "@/features/booking/api/availability";
import type { Practice, PublicService } from "@/features/booking/api/shapes";
import { type News, stillFree } from "@/features/booking/slot-news";
import { sameTimes, steady, type Time, timesOf, timesOn } from "@/features/booking/times";

interface Times {
  /** Of all seven days; undefined until they are there. */
  week: Time[] | undefined;
  /** Of the chosen date, with those that have gone while one looked. */
  day: Time[] | undefined;
  error: unknown;
  isFetching: boolean;
  refetch: () => void;
}

interface Looked {
  practice: Practice;
  service: PublicService;
  search: Search;
  date: string;
  weekStart: string;
  timeZone: string;
  news: News;
}

const MINUTE_MS = 60_000;

/** The times on offer around a date, as new as the server's news. */
export function useTimes({ practice, service, search, date, weekStart, timeZone, news }: Looked): Times {
  const { data, dataUpdatedAt, error, isFetching, refetch } = useWeek(search, weekStart, timeZone);
  const week = data && timesOf(stillFree(data, news, dataUpdatedAt));
  const soonestMs = Date.now() + (practice.bookingRules.minimumNoticeMinutes ?? 0) * MINUTE_MS;
  const view = [service.id, search.doctorId, date, timeZone].join(" ");
  const day = useSteady(view, week && timesOn(date, week, timeZone), soonestMs);
  return { week, day, error: data ? null : error, isFetching, refetch: () => void refetch() };
}

function useSteady(view: string, now: Time[] | undefined, soonestMs: number): Time[] | undefined {
  const [shown, setShown] = useState<{ view: string; times: Time[] } | null>(null);
  if (!now) return undefined;
  const before = shown?.view === view ? shown.times : null;
  const times = steady(before ?? [], now, soonestMs);
  if (before && sameTimes(before, times)) return before;
  setShown({ view, times });
  return times;
}
