import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { invalidateTimes, refetchTimes } from "@/features/booking/api/availability";
import { applySlotUpdate, type TakenSpans } from "@/features/booking/taken-spans";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { throttle } from "@/lib/realtime/throttle";
import { systemClock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";

const NO_SPANS: TakenSpans = new Map();

/**
 * The spans that were taken since the times were read. A taken time is removed at once, without a request. A freed one
 * needs a request, because rooms and buffers count too. So does everything after a reconnect.
 */
export function useTakenSpans(slug: string): TakenSpans {
  const realtime = useRealtime();
  const queries = useQueryClient();
  const [spans, setSpans] = useState(NO_SPANS);
  useEffect(() => {
    const refetch = throttle<void>(systemClock, timing.publicRefetchIntervalMs, () => refetchTimes(queries, slug));
    let cancelConfirm: (() => void) | null = null;
    const confirmLater = () => {
      cancelConfirm ??= systemClock.after(timing.takenConfirmMs, () => {
        cancelConfirm = null;
        refetch();
      });
    };
    const stop = realtime.subscribeCalendar({}, (frame) => {
      if (frame.type === "appointment-updated") return;
      if (frame.type === "slot-updated") setSpans((before) => applySlotUpdate(before, frame, Date.now()));
      if (frame.type === "slot-updated" && frame.state !== "free") {
        invalidateTimes(queries, slug);
        confirmLater();
      } else refetch();
    });
    return () => {
      stop();
      cancelConfirm?.();
      refetch.cancel();
    };
  }, [realtime, queries, slug]);
  return spans;
}
