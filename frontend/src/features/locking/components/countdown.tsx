import type { LockState } from "@/features/locking/machine";
import { remainingMs } from "@/features/locking/machine";
import { useNow } from "@/lib/hooks/use-now";
import { countdown } from "@/lib/time/format";

/** Counts for the eye only: a timer that is read out every second helps nobody. */
export function Countdown({ state }: { state: LockState }) {
  const now = useNow(true);
  return (
    <span role="timer" aria-live="off" className="font-medium text-ink tabular-nums">
      {countdown(remainingMs(state, now))}
    </span>
  );
}
