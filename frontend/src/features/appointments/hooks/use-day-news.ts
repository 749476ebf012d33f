import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Appointment } from "@/features/appointments/api/appointment";
import { type Day, everyDay, keyOfDay } from "@/features/appointments/api/day";
import { concernsDay } from "@/features/appointments/day-news";
import { env } from "@/lib/env";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { throttle } from "@/lib/realtime/throttle";
import { systemClock } from "@/lib/time/clock";

/** Keeps the day on the screen as new as the server's: one change at once, many in a row not one by one. */
export function useDayNews(day: Day): void {
  const realtime = useRealtime();
  const queries = useQueryClient();
  const latest = useRef(day);
  const { doctorId } = day;

  useLayoutEffect(() => {
    latest.current = day;
  });
  useEffect(() => {
    const read = throttle<void>(systemClock, env.dayEveryMs, () => {
      void queries.invalidateQueries({ queryKey: everyDay });
    });
    const stop = realtime.subscribeCalendar({ doctorId }, (frame) => {
      const shown = queries.getQueryData<Appointment[]>(keyOfDay(latest.current)) ?? [];
      if (concernsDay(frame, latest.current, new Set(shown.map(({ id }) => id)))) read();
      // Another day's list is read when it is opened.
      else void queries.invalidateQueries({ queryKey: everyDay, refetchType: "none" });
    });
    return () => {
      stop();
      read.cancel();
    };
  }, [realtime, queries, doctorId]);
}
