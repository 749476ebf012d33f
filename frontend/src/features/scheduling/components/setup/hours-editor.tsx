import { Plus } from "lucide-react";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { type DoctorFields, type Span, weekdays } from "@/features/scheduling/doctor-fields";
import { fieldRows } from "./field-rows";
import { SpanFields } from "./span-fields";

interface HoursEditorProps {
  form: UseFormReturn<DoctorFields>;
  name: "workingHours" | "breaks";
  legend: string;
  /** Shown on a weekday without spans. */
  emptyLabel: string;
  /** The values of an added span. */
  initialSpan: Span;
}

/** Weekly spans by weekday, in the doctor's zone. */
export function HoursEditor({ form, name, legend, emptyLabel, initialSpan }: HoursEditorProps) {
  const { rows, add, change, remove } = fieldRows<DoctorFields["breaks"][number], DoctorFields, typeof name>(
    form,
    name,
  );
  const errors = form.formState.errors[name];
  const kind = legend.toLowerCase();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium text-sm">{legend}</legend>
      <ul className="divide-y divide-line rounded-control border border-line">
        {weekdays.map((day, index) => {
          const weekday = index + 1;
          const spans = rows.map((row, at) => ({ ...row, at })).filter((row) => row.weekday === weekday);
          return (
            <li
              key={day}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3 px-3 py-1.5 sm:grid-cols-[6.5rem_minmax(0,1fr)_auto]"
            >
              <span className="flex min-h-9 items-center font-medium pointer-coarse:min-h-11">{day}</span>
              <div className="space-y-1.5 max-sm:order-last max-sm:col-span-2">
                {spans.length === 0 && (
                  <p className="flex min-h-9 items-center text-muted pointer-coarse:min-h-11">{emptyLabel}</p>
                )}
                {spans.map((span) => (
                  <SpanFields
                    key={span.at}
                    value={span}
                    error={errors?.[span.at]?.end?.message ?? errors?.[span.at]?.start?.message}
                    label={`${day}, ${kind}`}
                    onChange={(changes) => change(span.at, changes)}
                    onRemove={() => remove(span.at)}
                  />
                ))}
              </div>
              <Button variant="quiet" onClick={() => add({ weekday, ...initialSpan })}>
                <Plus aria-hidden className="size-4" />
                Add<span className="sr-only">{` ${kind} on ${day}`}</span>
              </Button>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
