import { CalendarClock, CalendarPlus, CircleCheck, CircleX, Clock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Bar, type BarTone } from "@/components/ui/bar";
import { Button, buttonClass } from "@/components/ui/button";
import { PageHeading } from "@/components/ui/page-heading";
import type { ManagedBooking } from "@/features/booking/api/types";
import { dateAndTime } from "@/features/booking/labels";
import { serverPaths } from "@/lib/paths";
import { AppointmentCard } from "./appointment-card";
import { CancelButton } from "./cancel-button";
import { KeepLink } from "./keep-link";

interface BookedViewProps {
  manageToken: string;
  managed: ManagedBooking;
  /** The appointment was booked just now. */
  isNew: boolean;
  onMove: () => void;
  linkToPractice: (slug: string, label: string) => ReactNode;
}

export function BookedView({ manageToken, managed, isNew, onMove, linkToPractice }: BookedViewProps) {
  const { appointment, practice, canChange } = managed;
  const state = stateOf(managed, isNew);
  const isUpcoming = state === states.isNew || state === states.ahead || state === states.pending;
  return (
    <div className="animate-fade space-y-5">
      <PageHeading
        key={state.heading}
        title={`${state.heading} · ${practice.name}`}
        className="font-semibold text-2xl tracking-tight"
      >
        {state.heading}
      </PageHeading>
      <Bar tone={state.tone} icon={state.icon} title={state.message} />
      <AppointmentCard managed={managed} isCancelled={appointment.status === "cancelled"} />
      {isUpcoming && (
        <div className="flex flex-wrap gap-2">
          <a
            href={serverPaths.calendarFile(manageToken)}
            download
            className={`${buttonClass(isNew ? "primary" : "secondary")} min-h-11 max-sm:w-full`}
          >
            <CalendarPlus aria-hidden className="size-4" />
            Add to my calendar
          </a>
          {canChange && (
            <>
              <Button className="min-h-11 max-sm:w-full" onClick={onMove}>
                <CalendarClock aria-hidden className="size-4" />
                Change the time
              </Button>
              <CancelButton manageToken={manageToken} managed={managed} />
            </>
          )}
        </div>
      )}
      {isUpcoming && <ChangeDeadline managed={managed} />}
      {isUpcoming && <KeepLink />}
      {!isUpcoming && linkToPractice(practice.slug, "Book another appointment")}
    </div>
  );
}

interface State {
  heading: string;
  message: string;
  tone: BarTone;
  icon: LucideIcon;
}

const states = {
  isNew: {
    heading: "You are booked",
    message: "Your appointment is made. There is nothing more to do.",
    tone: "free",
    icon: CircleCheck,
  },
  ahead: { heading: "Your appointment", message: "It is booked.", tone: "free", icon: CircleCheck },
  pending: { heading: "Your appointment", message: "The practice has yet to confirm it.", tone: "wait", icon: Clock },
  cancelled: {
    heading: "This appointment is cancelled",
    message: "Nobody expects you. The time is free for others again.",
    tone: "neutral",
    icon: CircleX,
  },
  over: { heading: "This appointment is over", message: "It lies in the past.", tone: "neutral", icon: Clock },
} as const satisfies Record<string, State>;

function stateOf({ appointment: { status, endsAt } }: ManagedBooking, isNew: boolean): State {
  if (status === "cancelled") return states.cancelled;
  if (status === "completed" || status === "no_show" || Date.parse(endsAt) < Date.now()) return states.over;
  if (isNew) return states.isNew;
  return status === "pending" ? states.pending : states.ahead;
}

function ChangeDeadline({ managed: { appointment, practice, canChange, changeUntil } }: { managed: ManagedBooking }) {
  const until = dateAndTime(changeUntil, appointment.timeZone);
  if (canChange) return <p className="text-muted">You can change or cancel it here until {until}.</p>;
  return (
    <p className="text-muted">
      It could be changed or cancelled here until {until}. If you cannot come, please call {practice.name}.
    </p>
  );
}
