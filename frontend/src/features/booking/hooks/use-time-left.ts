import { useEffect } from "react";
import { useAnnounce, useAnnounceChanges } from "@/components/ui/announcer";
import { useNow } from "@/lib/hooks/use-now";
import { systemClock } from "@/lib/time/clock";

/** Announced at these moments only; every second would be too often for a screen reader. */
const announcements = [
  { leftMs: 120_000, text: "Your time is held for 2 more minutes." },
  { leftMs: 60_000, text: "Your time is held for 1 more minute." },
  { leftMs: 20_000, text: "Your time is held for 20 more seconds." },
] as const;

/** The time left of a hold. Counts every second, but announces little. */
export function useTimeLeft(endsAtMs: number): number {
  const announce = useAnnounce();
  const leftMs = Math.max(0, endsAtMs - useNow(endsAtMs > Date.now()));
  useAnnounceChanges(leftMs > 0 ? "" : "Your time is no longer held. What you typed is still there.");
  useEffect(() => {
    const nowMs = systemClock.now();
    const later = announcements.filter((each) => endsAtMs - each.leftMs > nowMs);
    const cancels = later.map((each) => systemClock.after(endsAtMs - each.leftMs - nowMs, () => announce(each.text)));
    return () => cancels.forEach((cancel) => void cancel());
  }, [endsAtMs, announce]);
  return leftMs;
}
