import { Link } from "@tanstack/react-router";
import { CalendarX2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useAnnounce } from "@/components/ui/announcer";
import { Bar } from "@/components/ui/bar";
import { Button } from "@/components/ui/button";
import type { ConflictingSpan, Slot, SlotConflict } from "@/features/appointments/api/slot-conflict";
import type { Fields } from "@/features/appointments/fields";
import { startAt } from "@/features/appointments/start";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { useResources } from "@/features/scheduling/api/setup";
import { paths } from "@/lib/paths";
import { clockTime, shortWhen } from "@/lib/time/format";

interface ConflictNoticeProps {
  form: UseFormReturn<Fields>;
  evidence: SlotConflict;
}

const MAX_ALTERNATIVES = 6;

/** The spans in conflict, and alternatives to choose from. Scrolls into view. */
export function ConflictNotice({ form, evidence: { collided, alternatives } }: ConflictNoticeProps) {
  const announce = useAnnounce();
  const doctors = useDoctors().data;
  const place = useRef<HTMLDivElement>(null);
  const { timeZone } = form.getValues("start");
  const doctorId = form.getValues("doctorId");
  useEffect(() => {
    place.current?.scrollIntoView?.({ block: "nearest" });
  }, []);
  const name = (slot: Slot) =>
    [shortWhen(slot.start, timeZone), slot.doctorId !== doctorId && doctors?.find(slot.doctorId)?.name]
      .filter(Boolean)
      .join(", ");
  const take = (slot: Slot) => {
    form.setValue("start", startAt(slot.start, timeZone), { shouldDirty: true });
    form.setValue("doctorId", slot.doctorId, { shouldDirty: true });
    form.setFocus("start.time");
    announce(`${name(slot)} is filled in, and not saved yet.`);
  };
  return (
    <div ref={place} className="mt-2 animate-fade scroll-mt-20">
      <Bar tone="lost" icon={CalendarX2} title="This time is taken">
        <ul className="text-ink">
          {collided.map((one) => (
            <li key={[one.doctorId, one.resourceId, one.start].join(" ")}>
              <ConflictingSpanItem span={one} timeZone={timeZone} />
            </li>
          ))}
        </ul>
        <p className="mt-1">{alternatives.length > 0 ? "The next free times:" : "Choose another time."}</p>
        <ul className="mt-2 flex flex-wrap gap-2">
          {alternatives.slice(0, MAX_ALTERNATIVES).map((slot) => (
            <li key={`${slot.doctorId} ${slot.start}`}>
              <Button className="tabular-nums" onClick={() => take(slot)}>
                {name(slot)}
              </Button>
            </li>
          ))}
        </ul>
      </Bar>
    </div>
  );
}

/** One span in conflict, and a link to its appointment. */
function ConflictingSpanItem({ span, timeZone }: { span: ConflictingSpan; timeZone: string }) {
  const { doctorId, resourceId, appointmentId, start, end, state } = span;
  const doctor = useDoctors().data?.find(doctorId ?? "")?.name ?? "The doctor";
  const resource = useResources().data?.find(({ id }) => id === resourceId)?.name ?? "A room or device that it needs";
  const times = `${clockTime(start, timeZone)} to ${clockTime(end, timeZone)}`;
  return (
    <>
      {doctorId ? doctor : resource}{" "}
      {state === "booked"
        ? `is booked from ${times}.`
        : `is held from ${times} for a patient who is booking at this moment.`}{" "}
      {appointmentId && (
        <Link
          to={paths.appointment}
          params={{ appointmentId }}
          target="_blank"
          className="font-medium text-accent-text underline underline-offset-2"
        >
          See that appointment<span className="sr-only"> (opens in a new tab)</span>
        </Link>
      )}
    </>
  );
}
