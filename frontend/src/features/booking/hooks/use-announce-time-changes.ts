import { useEffect, useRef } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { changesBetween, type Time, type TimeChanges } from "@/features/booking/times";
import { systemClock } from "@/lib/time/clock";
import { clockTime } from "@/lib/time/format";
import { timing } from "@/lib/timing";

/** Announces times that were taken or freed in the current view. A change of view is not announced. */
export function useAnnounceTimeChanges(view: string, times: readonly Time[] | undefined, timeZone: string): void {
  const announce = useAnnounce();
  const announced = useRef<{ view: string; times: readonly Time[] } | null>(null);
  useEffect(() => {
    if (!times) return;
    if (announced.current?.view !== view) announced.current = { view, times };
    return systemClock.after(timing.announceBatchMs, () => {
      const text = changesText(changesBetween(announced.current?.times ?? [], times), timeZone);
      announced.current = { view, times };
      if (text) announce(text);
    });
  }, [view, times, timeZone, announce]);
}

function changesText({ taken, freed }: TimeChanges, timeZone: string): string {
  const name = (starts: string[], one: string, many: string) => {
    if (starts.length > 2) return `${starts.length} times ${many}.`;
    const clocks = starts.map((start) => clockTime(start, timeZone)).join(" and ");
    return starts.length > 0 ? `${clocks} ${starts.length > 1 ? many : one}.` : "";
  };
  return [name(taken, "has just been taken", "have just been taken"), name(freed, "is free again", "are free again")]
    .filter(Boolean)
    .join(" ");
}
