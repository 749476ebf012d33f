import { Link } from "@tanstack/react-router";
import { ArrowLeft, SearchX } from "lucide-react";
import { useAnnounceChanges } from "@/components/ui/announcer";
import { buttonClass } from "@/components/ui/button";
import { LoadError } from "@/components/ui/load-error";
import { Notice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { Skeleton } from "@/components/ui/skeleton";
import { useMember } from "@/features/accounts/hooks/session-context";
import { useAppointment } from "@/features/appointments/api/appointment";
import type { Appointment } from "@/features/appointments/api/types";
import { useAppointmentUpdates } from "@/features/appointments/hooks/use-appointment-updates";
import { PresenceList } from "@/features/realtime/components/presence-list";
import { hasCode } from "@/lib/api/problem";
import { paths } from "@/lib/paths";
import { longCalendarDate } from "@/lib/time/format";
import { dateIn } from "@/lib/time/zone";
import { Editor } from "./editor";

export function AppointmentView({ appointmentId }: { appointmentId: string }) {
  const { data: appointment, error, refetch } = useAppointment(appointmentId);
  useAppointmentUpdates(appointmentId);
  if (appointment) return <Loaded appointment={appointment} />;
  if (hasCode(error, "NOT_FOUND")) return <Missing />;
  if (error) {
    const retry = () => void refetch();
    return <LoadError page title="The appointment could not be loaded" error={error} onRetry={retry} />;
  }
  return <Loading />;
}

function Loaded({ appointment }: { appointment: Appointment }) {
  const { tenant, user } = useMember();
  const { updatedBy, version, startsAt } = appointment;
  const date = dateIn(tenant.timeZone, Date.parse(startsAt));
  useAnnounceChanges(updatedBy.userId === user.id ? "" : `${updatedBy.name} saved changes.`, version);
  return (
    <div className="space-y-4">
      <div>
        <Link
          to={paths.appointments}
          search={{ date }}
          className="-ml-1 inline-flex items-center gap-1 rounded-control px-1 py-1 text-muted hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {longCalendarDate(date)}
        </Link>
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 sm:min-h-10">
          <PageHeading title={appointment.patient.name} />
          <PresenceList appointmentId={appointment.id} />
        </div>
      </div>
      <Editor appointment={appointment} />
    </div>
  );
}

function Missing() {
  return (
    <Notice
      page
      icon={SearchX}
      title="There is no such appointment"
      actions={
        <Link to={paths.appointments} className={buttonClass("primary")}>
          To today's appointments
        </Link>
      }
    >
      It may have been removed, or the address has a mistake in it.
    </Notice>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className="space-y-4">
      <PageHeading title="Appointment" className="sr-only" />
      <p role="status" className="sr-only">
        Loading the appointment…
      </p>
      <Skeleton className="h-5 w-48" />
      <Skeleton className="h-7 w-64" />
      <Skeleton className="h-15 w-full" />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <Skeleton className="h-96 w-full" />
        <Skeleton className="h-64 w-full" />
      </div>
    </div>
  );
}
