import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import { allDaysKey, type Day, dayKey } from "@/features/appointments/api/day";
import type { Appointment } from "@/features/appointments/api/types";
import { affectsDay } from "@/features/appointments/day-updates";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { throttle } from "@/lib/realtime/throttle";
import { systemClock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";

/** Refetches the day's list on live updates: at once, then throttled. */
export function useDayUpdates(day: Day): void {
  const realtime = useRealtime();
  const queries = useQueryClient();
  const latest = useRef(day);
  const { doctorId } = day;

  useLayoutEffect(() => {
    latest.current = day;
  });
  useEffect(() => {
    const read = throttle<void>(systemClock, timing.liveRefetchIntervalMs, () => {
      void queries.invalidateQueries({ queryKey: allDaysKey });
    });
    const stop = realtime.subscribeCalendar({ doctorId }, (frame) => {
      const shown = queries.getQueryData<Appointment[]>(dayKey(latest.current)) ?? [];
      if (affectsDay(frame, latest.current, new Set(shown.map(({ id }) => id)))) read();
      // Another day's list is refetched when it is opened.
      else void queries.invalidateQueries({ queryKey: allDaysKey, refetchType: "none" });
    });
    return () => {
      stop();
      read.cancel();
    };
  }, [realtime, queries, doctorId]);
}
