import { Link } from "@tanstack/react-router";
import { CalendarX } from "lucide-react";
import { Bar } from "@/components/ui/bar";
import type { WorkingTimeConflict } from "@/features/scheduling/api/setup";
import { paths } from "@/lib/paths";
import { clockTime, longDate } from "@/lib/time/format";

interface ConflictsProps {
  conflicts: readonly WorkingTimeConflict[];
  timeZone: string;
}

/** Appointments outside the new working time. They stay booked. */
export function Conflicts({ conflicts, timeZone }: ConflictsProps) {
  if (conflicts.length === 0) return null;
  const one = conflicts.length === 1;
  return (
    <section aria-label="Booked outside working time" className="space-y-2">
      <Bar
        tone="other"
        icon={CalendarX}
        title={one ? "1 appointment does not fit any more" : `${conflicts.length} appointments do not fit any more`}
      >
        {one ? "It stays booked. Move or cancel it:" : "They stay booked. Move or cancel them:"}
      </Bar>
      <ul className="space-y-1">
        {conflicts.map(({ appointmentId, start }) => (
          <li key={appointmentId}>
            <Link
              to={paths.appointment}
              params={{ appointmentId }}
              className="flex min-h-11 items-center rounded-control border border-line bg-surface px-3 font-medium text-accent-text hover:bg-hover"
            >
              {longDate(start, timeZone)} at {clockTime(start, timeZone)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
