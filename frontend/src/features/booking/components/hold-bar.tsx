import { CalendarCheck, CalendarX } from "lucide-react";
import { Bar } from "@/components/ui/bar";
import { Button } from "@/components/ui/button";
import { countdown } from "@/lib/time/format";
import { timing } from "@/lib/timing";

interface HoldBarProps {
  leftMs: number;
  /** The time, as shown to the patient. */
  label: string;
  isPending: boolean;
  onHoldAgain: () => void;
}

/** The time left of the hold, and a button to hold the slot again. */
export function HoldBar({ leftMs, label, isPending, onHoldAgain }: HoldBarProps) {
  if (leftMs <= 0) {
    return (
      <Bar
        tone="other"
        icon={CalendarX}
        title={`${label} is no longer held for you`}
        actions={
          <Button variant="primary" className="min-h-11" busy={isPending} onClick={onHoldAgain}>
            Hold it again
          </Button>
        }
      >
        What you typed is still here.
      </Bar>
    );
  }
  return (
    <Bar
      tone={leftMs <= timing.endingSoonMs ? "other" : "wait"}
      icon={CalendarCheck}
      title="This time is held for you"
      actions={
        <span className="text-muted">
          <span className="sr-only">Time left: </span>
          <span role="timer" aria-live="off" className="font-medium text-ink text-lg tabular-nums">
            {countdown(leftMs)}
          </span>
        </span>
      }
    >
      Nobody else can take it while you fill this in.
    </Bar>
  );
}
