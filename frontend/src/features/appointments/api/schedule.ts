import { useQuery } from "@tanstack/react-query";
import { isDay } from "@/features/appointments/start";
import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";
import { addDays, dayRange } from "@/lib/time/zone";

type Schedule = components["schemas"]["Schedule"];

/** A doctor's schedule of a date and the next, since an appointment may last up to a day. */
function getSchedule(api: Api, doctorId: string, date: string, timeZone: string): Promise<Schedule> {
  const query = { from: dayRange(date, timeZone).from, to: dayRange(addDays(date, 1), timeZone).to };
  return unwrap(api.GET("/doctors/{doctorId}/schedule", { params: { path: { doctorId }, query } }));
}

export function useSchedule(doctorId: string, date: string, timeZone: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["schedule", doctorId, date, timeZone],
    queryFn: () => getSchedule(api, doctorId, date, timeZone),
    enabled: doctorId !== "" && isDay(date),
  });
}
