import { Link } from "@tanstack/react-router";
import { CalendarPlus, ChevronLeft, ChevronRight } from "lucide-react";
import { Button, buttonClass } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { DoctorFilter } from "@/features/scheduling/components/doctor-filter";
import { paths } from "@/lib/paths";
import { addDays, isDate } from "@/lib/time/zone";

interface DayToolbarProps {
  date: string;
  today: string;
  doctorId: string | undefined;
  canAdd: boolean;
  onDate: (date: string) => void;
  onDoctor: (doctorId: string | undefined) => void;
}

export function DayToolbar({ date, today, doctorId, canAdd, onDate, onDoctor }: DayToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <IconButton label="Previous day" icon={ChevronLeft} onClick={() => onDate(addDays(date, -1))} />
      <IconButton label="Next day" icon={ChevronRight} onClick={() => onDate(addDays(date, 1))} />
      <Button onClick={() => onDate(today)} aria-current={date === today ? "date" : undefined}>
        Today
      </Button>
      <div className="min-w-36 flex-1 sm:flex-none">
        <Input
          type="date"
          aria-label="Date"
          value={date}
          onChange={(event) => isDate(event.target.value) && onDate(event.target.value)}
        />
      </div>
      <DoctorFilter value={doctorId} onChange={onDoctor} />
      {canAdd && (
        <Link
          to={paths.newAppointment}
          search={{ date, ...(doctorId && { doctor: doctorId }) }}
          aria-keyshortcuts="N"
          className={`${buttonClass("primary")} w-full sm:w-auto`}
        >
          <CalendarPlus aria-hidden className="size-4" />
          New appointment <Kbd keys="N" />
        </Link>
      )}
    </div>
  );
}
