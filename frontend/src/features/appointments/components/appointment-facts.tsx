import type { ReactNode } from "react";
import { useMember } from "@/features/accounts/hooks/session-context";
import type { Appointment } from "@/features/appointments/api/types";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { DoctorName } from "@/features/scheduling/components/doctor-name";
import { ServiceName } from "@/features/scheduling/components/service-name";
import { clockTime, longDate, zoneCity } from "@/lib/time/format";

/** The saved appointment in words, with times in the practice's and the doctor's zone. */
export function AppointmentFacts({ appointment }: { appointment: Appointment }) {
  const { tenant } = useMember();
  const doctor = useDoctors().data?.find(appointment.doctorId);
  const { startsAt, endsAt, updatedAt, updatedBy } = appointment;
  const otherZone = doctor && doctor.timeZone !== tenant.timeZone ? doctor.timeZone : null;
  const span = (zone: string) => `${clockTime(startsAt, zone)}–${clockTime(endsAt, zone)}`;
  return (
    <dl className="grid gap-4 rounded-card border border-line bg-surface p-4 sm:grid-cols-2 lg:grid-cols-1">
      <Fact term="When">
        <p>{longDate(startsAt, tenant.timeZone)}</p>
        <p className="tabular-nums">
          {span(tenant.timeZone)} <span className="text-muted">{zoneCity(tenant.timeZone)} time</span>
        </p>
        {otherZone && (
          <p className="text-muted tabular-nums">
            {span(otherZone)} {zoneCity(otherZone)} time
          </p>
        )}
      </Fact>
      <Fact term="Doctor">
        <DoctorName doctorId={appointment.doctorId} />
        {doctor?.specialty && <p className="text-muted">{doctor.specialty}</p>}
      </Fact>
      <Fact term="Service">
        <ServiceName serviceId={appointment.serviceId} />
      </Fact>
      <Fact term="Last saved">
        {updatedBy.name}, <time dateTime={updatedAt}>{savedAtLabel(updatedAt, tenant.timeZone)}</time>
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="mb-0.5 text-muted text-sm">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function savedAtLabel(instant: string, zone: string): string {
  return `${longDate(instant, zone)}, ${clockTime(instant, zone)}`;
}
