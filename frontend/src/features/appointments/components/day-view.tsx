import { useNavigate } from "@tanstack/react-router";
import { CalendarPlus2 } from "lucide-react";
import { useAnnounceChanges } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { LoadError } from "@/components/ui/load-error";
import { Notice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { Skeleton } from "@/components/ui/skeleton";
import { useMember } from "@/features/accounts/hooks/session-context";
import { hasPermission } from "@/features/accounts/permissions";
import { useDay } from "@/features/appointments/api/day";
import { useDayUpdates } from "@/features/appointments/hooks/use-day-updates";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { useShortcut } from "@/lib/hooks/use-shortcut";
import { paths } from "@/lib/paths";
import { longCalendarDate, zoneCity } from "@/lib/time/format";
import { dateIn } from "@/lib/time/zone";
import { DayList } from "./day-list";
import { DayToolbar } from "./day-toolbar";

interface DayViewProps {
  /** Undefined for today. */
  date: string | undefined;
  doctorId: string | undefined;
  onChange: (next: { date?: string; doctor?: string | undefined }) => void;
}

export function DayView({ date: chosenDate, doctorId, onChange }: DayViewProps) {
  const { tenant, user } = useMember();
  const { timeZone } = tenant;
  const canAdd = hasPermission(user, "appointments.edit");
  const navigate = useNavigate();
  const today = dateIn(timeZone, Date.now());
  const date = chosenDate ?? today;
  const title = longCalendarDate(date);
  useAnnounceChanges(title);
  useShortcut({
    key: "n",
    enabled: canAdd,
    run: () => void navigate({ to: paths.newAppointment, search: { date, ...(doctorId && { doctor: doctorId }) } }),
  });
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <PageHeading title={title} />
          <p className="text-muted">
            {date === today ? "Today. " : ""}Times in {zoneCity(timeZone)} time ({timeZone}).
          </p>
        </div>
        <DayToolbar
          date={date}
          today={today}
          doctorId={doctorId}
          canAdd={canAdd}
          onDate={(next) => onChange({ date: next })}
          onDoctor={(doctor) => onChange({ doctor })}
        />
      </div>
      <DayContent
        date={date}
        timeZone={timeZone}
        doctorId={doctorId}
        onAllDoctors={() => onChange({ doctor: undefined })}
      />
    </div>
  );
}

interface DayContentProps {
  date: string;
  timeZone: string;
  doctorId: string | undefined;
  onAllDoctors: () => void;
}

function DayContent({ date, timeZone, doctorId, onAllDoctors }: DayContentProps) {
  const day = { date, timeZone, doctorId };
  const { data: appointments, error, refetch, isPlaceholderData } = useDay(day);
  useDayUpdates(day);
  const doctor = useDoctors().data?.find(doctorId ?? "");
  if (appointments?.length) {
    return (
      <div aria-busy={isPlaceholderData} className={isPlaceholderData ? "opacity-60 transition-opacity" : undefined}>
        <DayList appointments={appointments} timeZone={timeZone} />
      </div>
    );
  }
  if (appointments) {
    return (
      <Notice
        icon={CalendarPlus2}
        title="No appointments"
        actions={doctorId && <Button onClick={onAllDoctors}>Show all doctors</Button>}
      >
        {doctor ? `${doctor.name} has none on this day.` : "Nobody is booked on this day. Choose another day above."}
      </Notice>
    );
  }
  if (error) {
    return <LoadError title="The appointments could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  return <LoadingDay />;
}

function LoadingDay() {
  return (
    <div aria-busy="true" className="space-y-2">
      <p role="status" className="sr-only">
        Loading the appointments…
      </p>
      {["a", "b", "c", "d", "e"].map((row) => (
        <div key={row} className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-2">
          <Skeleton className="mt-3 h-5 w-10" />
          <Skeleton className="h-14" />
        </div>
      ))}
    </div>
  );
}
