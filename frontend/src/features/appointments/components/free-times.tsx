import { clsx } from "clsx";
import { type ReactNode, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useFreeTimes } from "@/features/appointments/api/free-times";
import type { Slot } from "@/features/appointments/api/slot-conflict";
import type { Fields } from "@/features/appointments/fields";
import { useSlotUpdates } from "@/features/appointments/hooks/use-slot-updates";
import { instantOf, isDay, startAt } from "@/features/appointments/start";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { DoctorName } from "@/features/scheduling/components/doctor-name";
import { errorMessage } from "@/lib/api/problem";
import { clockTime, longCalendarDate } from "@/lib/time/format";
import { addDays, dateIn } from "@/lib/time/zone";

/** The free times of the first day that has any. A press fills one in; any other time can be typed. */
export function FreeTimes({ form }: { form: UseFormReturn<Fields> }) {
  const [start, doctorId, serviceId] = form.watch(["start", "doctorId", "serviceId"]);
  const { timeZone } = start;
  const { from, showFrom, keepFrom } = useFirstDate(start.date);
  const { data: slots, error, isPlaceholderData } = useFreeTimes({ serviceId, doctorId, date: from, timeZone });
  useSlotUpdates(doctorId);
  if (serviceId === "" || !isDay(from)) return <Hint>Choose a service to see which times are free.</Hint>;
  if (error && !slots) return <Hint>The free times could not be loaded. {errorMessage(error)}</Hint>;
  if (!slots) return <Loading />;
  const [first] = slots;
  if (!first) return <Hint>No time is offered from this day on. You can type any time all the same.</Hint>;
  const date = dateOf(first, timeZone);
  const take = (slot: Slot) => {
    keepFrom(dateOf(slot, timeZone));
    form.setValue("start", startAt(slot.start, timeZone), { shouldDirty: true });
    form.setValue("doctorId", slot.doctorId, { shouldDirty: true });
  };
  return (
    <section aria-label="Free times" aria-busy={isPlaceholderData} className={clsx(isPlaceholderData && "opacity-60")}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-muted text-sm">Free on {longCalendarDate(date)}</h2>
        <Button variant="quiet" onClick={() => showFrom(addDays(date, 1))}>
          Next free day
        </Button>
      </div>
      {byDoctor(slots.filter((slot) => dateOf(slot, timeZone) === date)).map((doctorSlots) => (
        <div key={doctorSlots[0]?.doctorId} className="mt-1">
          {doctorId === "" && <DoctorHeading doctorId={doctorSlots[0]?.doctorId ?? ""} />}
          <ul className="flex flex-wrap gap-2">
            {doctorSlots.map((slot) => (
              <li key={slot.start}>
                <SlotButton
                  slot={slot}
                  timeZone={timeZone}
                  isChosen={instantOf(start) === Date.parse(slot.start) && slot.doctorId === doctorId}
                  onTake={() => take(slot)}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function dateOf({ start }: Slot, timeZone: string): string {
  return dateIn(timeZone, Date.parse(start));
}

/** The first date to show: the typed date, but unchanged when a time is pressed. */
function useFirstDate(typed: string) {
  const [looked, setLooked] = useState({ typed, from: typed });
  const from = looked.typed === typed ? looked.from : typed;
  return {
    from,
    showFrom: (next: string) => setLooked({ typed, from: next }),
    keepFrom: (nextTyped: string) => setLooked({ typed: nextTyped, from }),
  };
}

/** In order of each doctor's first free time. */
function byDoctor(slots: readonly Slot[]): Slot[][] {
  const groups = new Map<string, Slot[]>();
  for (const slot of slots) groups.set(slot.doctorId, [...(groups.get(slot.doctorId) ?? []), slot]);
  return [...groups.values()];
}

function DoctorHeading({ doctorId }: { doctorId: string }) {
  return (
    <h3 className="mt-3 mb-1">
      <DoctorName doctorId={doctorId} />
    </h3>
  );
}

interface SlotButtonProps {
  slot: Slot;
  timeZone: string;
  isChosen: boolean;
  onTake: () => void;
}

function SlotButton({ slot, timeZone, isChosen, onTake }: SlotButtonProps) {
  const doctor = useDoctors().data?.find(slot.doctorId)?.name;
  const { which } = startAt(slot.start, timeZone);
  return (
    <Button
      aria-pressed={isChosen}
      className={clsx("tabular-nums", isChosen && "border-accent! bg-accent-soft!")}
      onClick={onTake}
    >
      {clockTime(slot.start, timeZone)}
      {which && ` (the ${which})`}
      {doctor && <span className="sr-only"> with {doctor}</span>}
    </Button>
  );
}

function Hint({ children }: { children: ReactNode }) {
  return <p className="text-muted">{children}</p>;
}

const SKELETONS = Array.from({ length: 8 }, (_none, index) => index);

function Loading() {
  return (
    <div aria-busy="true" className="flex flex-wrap gap-2">
      <span className="sr-only">Loading the free times…</span>
      {SKELETONS.map((place) => (
        <Skeleton key={place} className="h-9 w-16" />
      ))}
    </div>
  );
}
