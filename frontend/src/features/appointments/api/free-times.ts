import { keepPreviousData, type QueryClient, useQuery } from "@tanstack/react-query";
import { isDay } from "@/features/appointments/start";
import { type Api, answerOf } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";
import { env } from "@/lib/env";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { dayRange } from "@/lib/time/zone";
import type { Slot } from "./taken";

/** Which times are looked for; of every doctor if none is named. */
export interface Search {
  serviceId: string;
  doctorId: string;
  /** The first date, as the zone counts dates. */
  date: string;
  timeZone: string;
}

/** More than a day of one doctor has. */
const MOST_TIMES = 100;

/** The next slots from a date on, in order of time. */
async function listFreeTimes(api: Api, { serviceId, doctorId, date, timeZone }: Search): Promise<Slot[]> {
  const { from } = dayRange(date, timeZone);
  const query = { serviceId, ...(doctorId && { doctorIds: doctorId }), from, limit: MOST_TIMES };
  return (await answerOf(api.GET("/availability", { params: { query } }))).slots;
}

const everyFreeTime = ["availability"] as const;

export function useFreeTimes(search: Search) {
  const api = useApi();
  const hasNews = useConnectionState() === "open";
  const { serviceId, doctorId, date, timeZone } = search;
  return useQuery({
    queryKey: [...everyFreeTime, serviceId, doctorId, timeZone, date],
    queryFn: () => listFreeTimes(api, search),
    enabled: serviceId !== "" && isDay(date),
    refetchInterval: hasNews ? false : env.refreshMs,
    placeholderData: (previous, query) => (query?.queryKey[1] === serviceId ? keepPreviousData(previous) : undefined),
  });
}

/** What is on the screen is read again. */
export function readFreeTimesAgain(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: everyFreeTime });
}
