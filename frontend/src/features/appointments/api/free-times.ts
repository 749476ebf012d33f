import { keepPreviousData, type QueryClient, useQuery } from "@tanstack/react-query";
import { isDay } from "@/features/appointments/start";
import { type Api, unwrap } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { dayRange } from "@/lib/time/zone";
import { timing } from "@/lib/timing";
import type { Slot } from "./slot-conflict";

/** `doctorId` is empty for every doctor. */
export interface FreeTimesQuery {
  serviceId: string;
  doctorId: string;
  /** The first date, in the zone. */
  date: string;
  timeZone: string;
}

/** More than one doctor has in a day. */
const MAX_TIMES = 100;

/** The next slots from a date on, in order of time. */
async function listFreeTimes(api: Api, { serviceId, doctorId, date, timeZone }: FreeTimesQuery): Promise<Slot[]> {
  const { from } = dayRange(date, timeZone);
  const query = { serviceId, ...(doctorId && { doctorIds: doctorId }), from, limit: MAX_TIMES };
  return (await unwrap(api.GET("/availability", { params: { query } }))).slots;
}

const allFreeTimesKey = ["availability"] as const;

export function useFreeTimes(query: FreeTimesQuery) {
  const api = useApi();
  const isLive = useConnectionState() === "open";
  const { serviceId, doctorId, date, timeZone } = query;
  return useQuery({
    queryKey: [...allFreeTimesKey, serviceId, doctorId, timeZone, date],
    queryFn: () => listFreeTimes(api, query),
    enabled: serviceId !== "" && isDay(date),
    refetchInterval: isLive ? false : timing.fallbackPollIntervalMs,
    placeholderData: (previous, query) => (query?.queryKey[1] === serviceId ? keepPreviousData(previous) : undefined),
  });
}

/** Refetches the free times on the screen. */
export function refetchFreeTimes(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: allFreeTimesKey });
}
