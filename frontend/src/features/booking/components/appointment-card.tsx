import { clsx } from "clsx";
import { CalendarDays, MapPin, Stethoscope } from "lucide-react";
import type { ManagedBooking } from "@/features/booking/api/types";
import { dateAndTime, durationLabel, showsSameTime, timeElsewhere } from "@/features/booking/labels";
import { clockTime, zoneCity } from "@/lib/time/format";
import { localZone } from "@/lib/time/zone";

/** The booked appointment: time, service, doctor and place. */
export function AppointmentCard({ managed, isCancelled }: { managed: ManagedBooking; isCancelled: boolean }) {
  const { appointment, practice, doctor, service } = managed;
  const { startsAt, endsAt, timeZone } = appointment;
  const here = localZone();
  const icon = "mt-0.5 size-4 shrink-0 text-muted";
  return (
    <ul aria-label="What is booked" className="space-y-3 rounded-card border border-line bg-surface p-4">
      <li className="flex items-start gap-3">
        <CalendarDays aria-hidden className={clsx(icon, "mt-1")} />
        <div>
          <p className={clsx("font-semibold text-lg", isCancelled && "text-muted line-through")}>
            <time dateTime={startsAt}>{dateAndTime(startsAt, timeZone)}</time>
          </p>
          <p className="text-muted">
            until {clockTime(endsAt, timeZone)}, {zoneCity(timeZone)} time
          </p>
          {!showsSameTime(timeZone, here, startsAt) && (
            <p className="text-muted">For you that is {timeElsewhere(startsAt, here, timeZone)}.</p>
          )}
        </div>
      </li>
      <li className="flex items-start gap-3">
        <Stethoscope aria-hidden className={icon} />
        <div>
          <p className="font-medium">
            {service.name}, {durationLabel(service.durationMinutes)}
          </p>
          <p className="text-muted">{[doctor.name, doctor.specialty].filter(Boolean).join(", ")}</p>
        </div>
      </li>
      <li className="flex items-start gap-3">
        <MapPin aria-hidden className={icon} />
        <div>
          <p className="font-medium">{practice.name}</p>
          <p className="text-muted">for {appointment.patient.name}</p>
        </div>
      </li>
    </ul>
  );
}
