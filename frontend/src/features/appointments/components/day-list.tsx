import type { Appointment } from "@/features/appointments/api/types";
import { groupByTime } from "@/features/appointments/by-time";
import { AppointmentRow } from "./appointment-row";

interface DayListProps {
  appointments: readonly Appointment[];
  timeZone: string;
}

export function DayList({ appointments, timeZone }: DayListProps) {
  return (
    <ol className="space-y-2">
      {groupByTime(appointments, timeZone).map(({ startsAt, time, appointments }) => (
        <li key={startsAt} className="grid grid-cols-[3rem_minmax(0,1fr)] gap-2 sm:grid-cols-[3.5rem_minmax(0,1fr)]">
          <h2 className="pt-3 font-medium tabular-nums">
            <time dateTime={startsAt}>{time}</time>
          </h2>
          <ul className="space-y-2">
            {appointments.map((appointment) => (
              <AppointmentRow key={appointment.id} appointment={appointment} timeZone={timeZone} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
