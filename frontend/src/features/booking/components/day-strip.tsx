import { clsx } from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { WEEK_DAYS } from "@/features/booking/api/availability";
import { dateLabel, dayLabel, monthLabel, weekdayLabel } from "@/features/booking/labels";
import { addDays } from "@/lib/time/zone";

interface DayStripProps {
  weekStart: string;
  date: string;
  today: string;
  lastDate: string;
  /** The number of times of each date; undefined while loading. */
  counts: ReadonlyMap<string, number> | undefined;
  onDate: (date: string) => void;
}

/** Seven days, with buttons to the weeks before and after. */
export function DayStrip({ weekStart, date, today, lastDate, counts, onDate }: DayStripProps) {
  const days = Array.from({ length: WEEK_DAYS }, (_none, index) => addDays(weekStart, index));
  const next = addDays(weekStart, WEEK_DAYS);
  return (
    <section aria-label="Day" className="space-y-2">
      <div className="flex items-center gap-2">
        <p className="flex-1 font-medium">{monthLabel(weekStart, addDays(next, -1))}</p>
        <IconButton
          label="Earlier days"
          icon={ChevronLeft}
          className="min-h-11 min-w-11"
          disabled={weekStart <= today}
          onClick={() => onDate(addDays(weekStart, -1))}
        />
        <IconButton
          label="Later days"
          icon={ChevronRight}
          className="min-h-11 min-w-11"
          disabled={next > lastDate}
          onClick={() => onDate(next)}
        />
      </div>
      <ul className="grid grid-cols-7 gap-0.5 sm:gap-2">
        {days.map((day) => (
          <li key={day}>
            <DayButton
              day={day}
              isToday={day === today}
              isChosen={day === date}
              isBeyond={day > lastDate}
              count={counts && (counts.get(day) ?? 0)}
              onChoose={() => onDate(day)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface DayButtonProps {
  day: string;
  isToday: boolean;
  isChosen: boolean;
  isBeyond: boolean;
  count: number | undefined;
  onChoose: () => void;
}

function DayButton({ day, isToday, isChosen, isBeyond, count, onChoose }: DayButtonProps) {
  const isEmpty = count === 0;
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      aria-label={`${isToday ? "Today, " : ""}${dateLabel(day)}${countLabel(count)}`}
      disabled={isBeyond}
      onClick={onChoose}
      className={clsx(
        "flex h-16 w-full flex-col items-center justify-center rounded-control border transition-colors",
        isChosen ? "border-accent bg-accent text-on-accent" : "border-transparent enabled:hover:bg-hover",
        !isChosen && (isEmpty || isBeyond) && "text-muted",
        isBeyond && "opacity-60",
      )}
    >
      <span className="text-xs">{weekdayLabel(day)}</span>
      <span className={clsx("text-lg tabular-nums", !isEmpty && "font-semibold", isEmpty && "line-through")}>
        {dayLabel(day)}
      </span>
      <span
        aria-hidden
        className={clsx("size-1 rounded-full", count ? (isChosen ? "bg-current" : "bg-free") : "bg-transparent")}
      />
    </button>
  );
}

function countLabel(count: number | undefined): string {
  if (count === undefined) return "";
  if (count === 0) return ", no times";
  return count === 1 ? ", 1 time" : `, ${count} times`;
}
