import { CalendarSearch, CloudOff, Zap } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { LoadError } from "@/components/ui/load-error";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useNextFree, WEEK_DAYS } from "@/features/booking/api/availability";
import type { Practice, PublicService } from "@/features/booking/api/types";
import { ANY_DOCTOR } from "@/features/booking/choices";
import { useAnnounceTimeChanges } from "@/features/booking/hooks/use-announce-time-changes";
import { useTimes } from "@/features/booking/hooks/use-times";
import { dateLabel } from "@/features/booking/labels";
import type { TakenSpans } from "@/features/booking/taken-spans";
import { countByDate, type Time, weekOf } from "@/features/booking/times";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { shortWhen } from "@/lib/time/format";
import { addDays, dateIn } from "@/lib/time/zone";
import { DayStrip } from "./day-strip";
import { TimeList } from "./time-list";
import { ZoneChoice } from "./zone-choice";

export interface TimePickerProps {
  practice: Practice;
  service: PublicService;
  /** A doctor's id, or `ANY_DOCTOR`. */
  doctor: string;
  /** Undefined for the day of the next free time. */
  date: string | undefined;
  timeZone: string;
  takenSpans: TakenSpans;
  pendingStart: string | null;
  onDate: (date: string) => void;
  onZone: (timeZone: string) => void;
  onChoose: (time: Time) => void;
}

/** Only until the booking rules are loaded. */
const DEFAULT_HORIZON_DAYS = 90;

/** A day and its free times, updated live. */
export function TimePicker(props: TimePickerProps) {
  const { practice, service, doctor, timeZone, takenSpans, pendingStart, onDate, onZone, onChoose } = props;
  const query = { slug: practice.slug, serviceId: service.id, doctorId: doctor === ANY_DOCTOR ? undefined : doctor };
  const next = useNextFree(query);
  const today = dateIn(timeZone, Date.now());
  const nextDate = next.data && dateIn(timeZone, Date.parse(next.data.start));
  const date = latest(props.date ?? nextDate ?? today, today);
  const weekStart = weekOf(date, today, WEEK_DAYS);
  const times = useTimes({ practice, service, query, date, weekStart, timeZone, takenSpans });
  // Until the next free time is known, any day would be a guess.
  const isSettled = props.date !== undefined || !next.isPending;
  useAnnounceTimeChanges([service.id, doctor, date, timeZone].join(" "), isSettled ? times.day : undefined, timeZone);
  const heading = useFocusOnJump(date);
  return (
    <div className="space-y-5">
      <ZoneChoice zone={timeZone} practiceZone={practice.timeZone} onChange={onZone} />
      <NextFree
        start={next.data?.start}
        isPending={next.isPending}
        timeZone={timeZone}
        pendingStart={pendingStart}
        onChoose={() => next.data && onChoose({ start: next.data.start, slots: [next.data] })}
      />
      <DayStrip
        weekStart={weekStart}
        date={date}
        today={today}
        lastDate={addDays(today, practice.bookingRules.horizonDays ?? DEFAULT_HORIZON_DAYS)}
        counts={times.week && countByDate(times.week, timeZone)}
        onDate={onDate}
      />
      <section aria-label="Times" className="min-h-72 space-y-4">
        <h2 ref={heading.ref} tabIndex={-1} className="font-semibold text-lg outline-none">
          {dateLabel(date)}
        </h2>
        <OfflineNote />
        <Content
          times={isSettled ? times : { ...times, day: undefined }}
          empty={
            <Notice
              icon={CalendarSearch}
              title="No times on this day"
              actions={
                next.data &&
                nextDate !== date && (
                  <Button
                    variant="primary"
                    className="min-h-11"
                    onClick={() => {
                      heading.jump();
                      if (nextDate) onDate(nextDate);
                    }}
                  >
                    Go to {dateLabel(nextDate ?? date)}
                  </Button>
                )
              }
            >
              {next.data
                ? `The next free time is ${shortWhen(next.data.start, timeZone)}.`
                : "Choose another day above, another doctor, or get in touch with the practice."}
            </Notice>
          }
        >
          {(day) => <TimeList times={day} timeZone={timeZone} pendingStart={pendingStart} onChoose={onChoose} />}
        </Content>
      </section>
    </div>
  );
}

function latest(one: string, other: string): string {
  return one > other ? one : other;
}

/** The "Go to" button disappears when pressed, so the new day's heading takes the focus. */
function useFocusOnJump(date: string) {
  const ref = useRef<HTMLHeadingElement>(null);
  const jumping = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each date
  useEffect(() => {
    if (jumping.current) ref.current?.focus({ preventScroll: true });
    jumping.current = false;
  }, [date]);
  return {
    ref,
    jump: () => {
      jumping.current = true;
    },
  };
}

interface NextFreeProps {
  start: string | undefined;
  isPending: boolean;
  timeZone: string;
  pendingStart: string | null;
  onChoose: () => void;
}

function NextFree({ start, isPending, timeZone, pendingStart, onChoose }: NextFreeProps) {
  if (isPending) return <Skeleton className="h-12 w-full" />;
  if (!start) return null;
  return (
    <Button className="h-12 w-full justify-start!" busy={pendingStart === start} onClick={onChoose}>
      <Zap aria-hidden className="size-4 text-accent-text" />
      <span className="truncate">
        Next free time: <span className="tabular-nums">{shortWhen(start, timeZone)}</span>
      </span>
    </Button>
  );
}

/** A quiet note: times can still be chosen. */
function OfflineNote() {
  const state = useConnectionState();
  if (state !== "reconnecting" && state !== "unreachable") return null;
  return (
    <p className="flex items-center gap-2 text-muted">
      <CloudOff aria-hidden className="size-4 shrink-0" />
      No live updates at the moment: what others take may show up to a minute late.
    </p>
  );
}

interface ContentProps {
  times: ReturnType<typeof useTimes>;
  empty: ReactNode;
  children: (day: Time[]) => ReactNode;
}

function Content({ times: { day, error, isFetching, refetch }, empty, children }: ContentProps) {
  if (day?.length) return children(day);
  if (day) return empty;
  if (error && !isFetching) {
    return <LoadError large title="The times could not be loaded" error={error} onRetry={refetch} />;
  }
  return <LoadingTimes />;
}

const SKELETONS = Array.from({ length: 15 }, (_none, index) => index);

function LoadingTimes() {
  return (
    <div aria-busy="true">
      <p role="status" className="sr-only">
        Loading the times…
      </p>
      <Skeleton className="mb-2 h-5 w-20" />
      <div className="grid grid-cols-3 gap-2 sm:grid-cols-5">
        {SKELETONS.map((place) => (
          <Skeleton key={place} className="h-12" />
        ))}
      </div>
    </div>
  );
}
