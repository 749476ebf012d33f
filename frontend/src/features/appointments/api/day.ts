import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Api, unwrap } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { dayRange } from "@/lib/time/zone";
import { timing } from "@/lib/timing";
import type { Appointment } from "./types";

export interface Day {
  date: string;
  timeZone: string;
  doctorId?: string | undefined;
}

const PAGE_SIZE = 100;

/** All appointments that start on a date of a zone, in order of time. */
export async function listDay(api: Api, { date, timeZone, doctorId }: Day): Promise<Appointment[]> {
  const filter = { ...dayRange(date, timeZone), limit: PAGE_SIZE, ...(doctorId && { doctorId }) };
  const found: Appointment[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { ...filter, ...(cursor && { cursor }) };
    const page = await unwrap(api.GET("/appointments", { params: { query } }));
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

/** The key of every day's list. */
export const allDaysKey = ["appointments"] as const;

export function dayKey({ date, timeZone, doctorId }: Day) {
  return [...allDaysKey, date, timeZone, doctorId ?? null] as const;
}

export function useDay(day: Day) {
  const api = useApi();
  const isLive = useConnectionState() === "open";
  return useQuery({
    queryKey: dayKey(day),
    queryFn: () => listDay(api, day),
    refetchInterval: isLive ? false : timing.fallbackPollIntervalMs,
    placeholderData: (previous, query) => (query?.queryKey[1] === day.date ? keepPreviousData(previous) : undefined),
  });
}
