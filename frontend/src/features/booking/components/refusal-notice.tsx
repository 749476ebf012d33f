import { CalendarClock, CircleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { Bar } from "@/components/ui/bar";
import { Button } from "@/components/ui/button";
import { alternativesIn, isGone } from "@/features/booking/api/alternatives";
import type { PublicDoctor, Slot } from "@/features/booking/api/shapes";
import { type Time, timesOf } from "@/features/booking/times";
import { explain } from "@/lib/api/problem";
import { shortWhen } from "@/lib/time/format";

interface RefusalNoticeProps {
  refusal: { start: string; error: unknown };
  timeZone: string;
  doctors: readonly PublicDoctor[];
  /** Who was asked for; undefined for anybody. */
  doctorId: string | undefined;
  asking: string | null;
  onChoose: (time: Time) => void;
  /** Asks again for the same, where that may help. */
  onRetry: () => void;
}

const MOST_ALTERNATIVES = 6;

/** Why a time could not be had, and what can be had instead. Comes into view by itself. */
export function RefusalNotice(props: RefusalNoticeProps) {
  const { refusal, timeZone, doctors, doctorId, asking, onChoose, onRetry } = props;
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal
  useEffect(() => {
    place.current?.scrollIntoView?.({ block: "nearest" });
  }, [refusal]);
  return (
    <div role="alert" ref={place} className="animate-fade">
      {isGone(refusal.error) ? (
        <Taken
          start={refusal.start}
          timeZone={timeZone}
          alternatives={alternativesIn(refusal.error)}
          nameOf={(id) => (doctorId && id !== doctorId ? doctors.find((one) => one.id === id)?.name : undefined)}
          asking={asking}
          onChoose={onChoose}
        />
      ) : (
        <Bar
          tone="lost"
          icon={CircleAlert}
          title={`${shortWhen(refusal.start, timeZone)} could not be held`}
          actions={
            <Button className="min-h-11" busy={asking !== null} onClick={onRetry}>
              Try again
            </Button>
          }
        >
          {explain(refusal.error)}
        </Bar>
      )}
    </div>
  );
}

interface TakenProps {
  start: string;
  timeZone: string;
  alternatives: readonly Slot[];
  /** The doctor's name, where it is not the one who was asked for. */
  nameOf: (doctorId: string) => string | undefined;
  asking: string | null;
  onChoose: (time: Time) => void;
}

function Taken({ start, timeZone, alternatives, nameOf, asking, onChoose }: TakenProps) {
  const times = timesOf(alternatives).slice(0, MOST_ALTERNATIVES);
  return (
    <Bar
      tone="other"
      icon={CalendarClock}
      title={`Sorry, ${shortWhen(start, timeZone)} has just been taken by someone else`}
      actions={times.map((time) => (
        <Button key={time.start} className="min-h-11" busy={asking === time.start} onClick={() => onChoose(time)}>
          {[shortWhen(time.start, timeZone), nameOf(time.slots[0]?.doctorId ?? "")].filter(Boolean).join(", ")}
        </Button>
      ))}
    >
      {times.length > 0 ? "These times near it are free:" : "Please choose another time."}
    </Bar>
  );
}
