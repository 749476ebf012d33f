import { CalendarClock, CircleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { Bar } from "@/components/ui/bar";
import { Button } from "@/components/ui/button";
import { alternativesIn, isSlotGone } from "@/features/booking/api/alternatives";
import type { PublicDoctor, Slot } from "@/features/booking/api/types";
import { type Time, timesOf } from "@/features/booking/times";
import { errorMessage } from "@/lib/api/problem";
import { shortWhen } from "@/lib/time/format";

interface RefusalNoticeProps {
  refusal: { start: string; error: unknown };
  timeZone: string;
  doctors: readonly PublicDoctor[];
  /** The requested doctor; undefined for any. */
  doctorId: string | undefined;
  pendingStart: string | null;
  onChoose: (time: Time) => void;
  /** Requests the same slot again. */
  onRetry: () => void;
}

const MAX_ALTERNATIVES = 6;

/** The reason why a time could not be held, and alternatives. Scrolls into view. */
export function RefusalNotice(props: RefusalNoticeProps) {
  const { refusal, timeZone, doctors, doctorId, pendingStart, onChoose, onRetry } = props;
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal
  useEffect(() => {
    place.current?.scrollIntoView?.({ block: "nearest" });
  }, [refusal]);
  return (
    <div role="alert" ref={place} className="animate-fade">
      {isSlotGone(refusal.error) ? (
        <Taken
          start={refusal.start}
          timeZone={timeZone}
          alternatives={alternativesIn(refusal.error)}
          nameOf={(id) => (doctorId && id !== doctorId ? doctors.find((one) => one.id === id)?.name : undefined)}
          pendingStart={pendingStart}
          onChoose={onChoose}
        />
      ) : (
        <Bar
          tone="lost"
          icon={CircleAlert}
          title={`${shortWhen(refusal.start, timeZone)} could not be held`}
          actions={
            <Button className="min-h-11" busy={pendingStart !== null} onClick={onRetry}>
              Try again
            </Button>
          }
        >
          {errorMessage(refusal.error)}
        </Bar>
      )}
    </div>
  );
}

interface TakenProps {
  start: string;
  timeZone: string;
  alternatives: readonly Slot[];
  /** The doctor's name, unless it is the requested doctor. */
  nameOf: (doctorId: string) => string | undefined;
  pendingStart: string | null;
  onChoose: (time: Time) => void;
}

function Taken({ start, timeZone, alternatives, nameOf, pendingStart, onChoose }: TakenProps) {
  const times = timesOf(alternatives).slice(0, MAX_ALTERNATIVES);
  return (
    <Bar
      tone="other"
      icon={CalendarClock}
      title={`Sorry, ${shortWhen(start, timeZone)} has just been taken by someone else`}
      actions={times.map((time) => (
        <Button key={time.start} className="min-h-11" busy={pendingStart === time.start} onClick={() => onChoose(time)}>
          {[shortWhen(time.start, timeZone), nameOf(time.slots[0]?.doctorId ?? "")].filter(Boolean).join(", ")}
        </Button>
      ))}
    >
      {times.length > 0 ? "These times near it are free:" : "Please choose another time."}
    </Bar>
  );
}
