import { useEffect } from "react";
import { useAnnounce, useAnnounceChanges } from "@/components/ui/announcer";
import { useNow } from "@/lib/hooks/use-now";
import { systemClock } from "@/lib/time/clock";

/** Read out at these moments; a timer that is read out every second helps nobody. */
const announcements = [
  { leftMs: 120_000, words: "Your time is held for 2 more minutes." },
  { leftMs: 60_000, words: "Your time is held for 1 more minute." },
  { leftMs: 20_000, words: "Your time is held for 20 more seconds." },
] as const;

/** How long something is still held; counts for the eye, and says little. */
export function useTimeLeft(endsAtMs: number): number {
  const announce = useAnnounce();
  const leftMs = Math.max(0, endsAtMs - useNow(endsAtMs > Date.now()));
  useAnnounceChanges(leftMs > 0 ? "" : "Your time is no longer held. What you typed is still there.");
  useEffect(() => {
    const nowMs = systemClock.now();
    const later = announcements.filter((each) => endsAtMs - each.leftMs > nowMs);
    const cancels = later.map((each) => systemClock.after(endsAtMs - each.leftMs - nowMs, () => announce(each.words)));
    return () => cancels.forEach((cancel) => void cancel());
  }, [endsAtMs, announce]);
  return leftMs;
}
