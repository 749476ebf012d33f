import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { refetchFreeTimes } from "@/features/appointments/api/free-times";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { throttle } from "@/lib/realtime/throttle";
import { systemClock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";

/** Refetches the free times on live updates. `doctorId` is empty for every doctor. */
export function useSlotUpdates(doctorId: string): void {
  const realtime = useRealtime();
  const queries = useQueryClient();
  useEffect(() => {
    const read = throttle<void>(systemClock, timing.liveRefetchIntervalMs, () => refetchFreeTimes(queries));
    const stop = realtime.subscribeCalendar({ doctorId: doctorId || undefined }, (frame) => {
      if (frame.type !== "appointment-updated") read();
    });
    return () => {
      stop();
      read.cancel();
    };
  }, [realtime, queries, doctorId]);
}
