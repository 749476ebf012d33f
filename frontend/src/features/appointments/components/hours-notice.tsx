import { Info } from "lucide-react";
import { useSchedule } from "@/features/appointments/api/schedule";
import { type Fields, spanOf } from "@/features/appointments/fields";
import { isInside, workingTimeOn } from "@/features/appointments/working-time";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { clockTime } from "@/lib/time/format";

/** A hint that the time is outside working hours. Staff may book it all the same. */
export function HoursNotice({ typed }: { typed: Fields }) {
  const { start, doctorId } = typed;
  const span = spanOf(typed);
  const schedule = useSchedule(doctorId, start.date, start.timeZone).data;
  const doctor = useDoctors().data?.find(doctorId);
  if (!span || !schedule || !doctor || isInside(span, schedule.workingTime)) return null;
  const hours = workingTimeOn(start.date, start.timeZone, schedule.workingTime)
    .map(({ start: from, end }) => `${clockTime(from, start.timeZone)}–${clockTime(end, start.timeZone)}`)
    .join(", ");
  return (
    <p className="mt-2 flex items-start gap-2 rounded-control bg-wait-soft px-3 py-2 text-wait-text">
      <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="tabular-nums">
        {hours
          ? `Not all of this is working time of ${doctor.name}, who works ${hours} on this day.`
          : `${doctor.name} does not work on this day.`}{" "}
        You can book it all the same.
      </span>
    </p>
  );
}
