import { clsx } from "clsx";
import { LoaderCircle } from "lucide-react";
import { useId } from "react";
import { byPart, type Part, type Time, timeLabels } from "@/features/booking/times";

interface TimeListProps {
  times: readonly Time[];
  timeZone: string;
  /** The start of a pending request. */
  pendingStart: string | null;
  onChoose: (time: Time) => void;
}

export function TimeList({ times, timeZone, pendingStart, onChoose }: TimeListProps) {
  const names = timeLabels(times, timeZone);
  return (
    <div className="space-y-5">
      {byPart(times, timeZone).map(({ part, times }) => (
        <PartOfDay key={part} part={part}>
          {times.map((time) => (
            <li key={time.start} className="animate-fade">
              <TimeButton
                label={names.get(time.start) ?? ""}
                time={time}
                isPending={pendingStart === time.start}
                onChoose={() => onChoose(time)}
              />
            </li>
          ))}
        </PartOfDay>
      ))}
    </div>
  );
}

function PartOfDay({ part, children }: { part: Part; children: React.ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-2 text-muted">
        {part}
      </h3>
      <ul className="grid grid-cols-3 gap-2 sm:grid-cols-5">{children}</ul>
    </section>
  );
}

interface TimeButtonProps {
  label: string;
  time: Time;
  isPending: boolean;
  onChoose: () => void;
}

/** Stays in place when taken, so that no other time moves under the finger. */
function TimeButton({ label, time, isPending, onChoose }: TimeButtonProps) {
  const isTaken = time.slots.length === 0;
  return (
    <button
      type="button"
      aria-disabled={isTaken || undefined}
      aria-busy={isPending || undefined}
      onClick={isTaken || isPending ? undefined : onChoose}
      className={clsx(
        "flex h-12 w-full items-center justify-center gap-1.5 rounded-control border font-medium tabular-nums transition-all",
        isTaken
          ? "border-line border-dashed bg-transparent text-muted"
          : "border-control-line bg-surface hover:border-accent hover:bg-accent-soft",
      )}
    >
      {isPending && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      <time dateTime={time.start} className={clsx(isTaken && "line-through")}>
        {label}
      </time>
      {isTaken && <span className="text-xs">taken</span>}
    </button>
  );
}
