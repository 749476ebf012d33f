import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Api, answerOf } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";
import { env } from "@/lib/env";
import { dayRange } from "@/lib/time/zone";
import type { Appointment } from "./appointment";

export interface Day {
  date: string;
  timeZone: string;
  doctorId?: string | undefined;
}

const PAGE = 100;

/** All appointments that start on a date of a zone, in order of time. */
export async function listDay(api: Api, { date, timeZone, doctorId }: Day): Promise<Appointment[]> {
  const filter = { ...dayRange(date, timeZone), limit: PAGE, ...(doctorId && { doctorId }) };
  const found: Appointment[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { ...filter, ...(cursor && { cursor }) };
    const page = await answerOf(api.GET("/appointments", { params: { query } }));
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

export function useDay(day: Day) {
  const api = useApi();
  return useQuery({
    queryKey: ["appointments", day.date, day.timeZone, day.doctorId ?? null],
    queryFn: () => listDay(api, day),
    refetchInterval: env.refreshMs,
    placeholderData: (previous, query) => (query?.queryKey[1] === day.date ? keepPreviousData(previous) : undefined),
  });
}
