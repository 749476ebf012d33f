import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import type { Appointment } from "@/features/appointments/api/types";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { useServices } from "@/features/scheduling/api/services";
import { DoctorName } from "@/features/scheduling/components/doctor-name";
import { paths } from "@/lib/paths";
import { clockTime, zoneCity } from "@/lib/time/format";
import { StatusMark } from "./status-mark";

interface AppointmentRowProps {
  appointment: Appointment;
  timeZone: string;
}

const columns =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 md:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1.4fr)_6rem_7rem] md:items-center";

/** A cancelled or missed appointment takes no time: its border is dashed, its time struck out. */
export function AppointmentRow({ appointment, timeZone }: AppointmentRowProps) {
  const { data: doctors } = useDoctors();
  const service = useServices().data?.get(appointment.serviceId);
  const { id, doctorId, startsAt, endsAt, patient, title, status } = appointment;
  const isInactive = status === "cancelled" || status === "no_show";
  const doctorZone = doctors?.find(doctorId)?.timeZone ?? timeZone;
  return (
    <li>
      <Link
        to={paths.appointment}
        params={{ appointmentId: id }}
        className={clsx(
          "relative overflow-hidden rounded-card border py-2.5 pr-3 pl-5 transition-colors hover:bg-hover",
          isInactive ? "border-control-line border-dashed text-muted" : "border-line bg-surface",
          columns,
        )}
      >
        <span
          aria-hidden
          className={clsx("absolute inset-y-0 left-0 w-1", isInactive && "opacity-40")}
          style={{ background: doctors?.color(doctorId) ?? "var(--line)" }}
        />
        <span className={clsx("wrap-anywhere font-medium", status === "cancelled" && "line-through")}>
          {patient.name}
        </span>
        <span className="justify-self-end md:order-last">
          <StatusMark status={status} />
        </span>
        <span className="truncate text-muted">{title || service?.name}</span>
        <span className={clsx("justify-self-end text-muted tabular-nums md:order-2", isInactive && "line-through")}>
          {clockTime(startsAt, timeZone)}–{clockTime(endsAt, timeZone)}
        </span>
        <span className="col-span-2 flex min-w-0 gap-2 text-muted md:order-1 md:col-span-1">
          <DoctorName doctorId={doctorId} />
          {doctorZone !== timeZone && (
            <span className="shrink-0 tabular-nums">
              {clockTime(startsAt, doctorZone)} in {zoneCity(doctorZone)}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
