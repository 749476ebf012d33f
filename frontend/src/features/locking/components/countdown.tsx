import type { LockState } from "@/features/locking/machine";
import { remainingMs } from "@/features/locking/machine";
import { useNow } from "@/lib/hooks/use-now";
import { countdown } from "@/lib/time/format";

/** The time left, for the eye only: every second would be too often for a screen reader. */
export function Countdown({ state }: { state: LockState }) {
  const now = useNow(true);
  return (
    <span role="timer" aria-live="off" className="font-medium text-ink tabular-nums">
      {countdown(remainingMs(state, now))}
    </span>
  );
}
