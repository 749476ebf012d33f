import { Plus, X } from "lucide-react";
import { useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { DoctorFields } from "@/features/scheduling/doctor-fields";
import { fieldRows } from "./field-rows";
import { SpanFields } from "./span-fields";

type Exception = DoctorFields["exceptions"][number];

/** Dates that differ from their weekday: closed, or with extra hours. */
export function ExceptionsEditor({ form }: { form: UseFormReturn<DoctorFields> }) {
  const { rows, add, change, remove } = fieldRows<Exception, DoctorFields, "exceptions">(form, "exceptions");
  const errors = form.formState.errors.exceptions;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium text-sm">Holidays and extra hours</legend>
      <ul className="space-y-2">
        {rows.map((row, at) => (
          <ExceptionRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names of their own, and hold no state
            key={at}
            value={row}
            label={`Date ${at + 1}`}
            dateError={errors?.[at]?.date?.message}
            endError={errors?.[at]?.end?.message}
            onChange={(changes) => change(at, changes)}
            onRemove={() => remove(at)}
          />
        ))}
      </ul>
      <Button className="mt-2 min-h-11" onClick={() => add({ date: "", kind: "closed", start: "09:00", end: "17:00" })}>
        <Plus aria-hidden className="size-4" />
        Add a date
      </Button>
    </fieldset>
  );
}

interface ExceptionRowProps {
  value: Exception;
  label: string;
  dateError: string | undefined;
  endError: string | undefined;
  onChange: (changes: Partial<Exception>) => void;
  onRemove: () => void;
}

function ExceptionRow({ value, label, dateError, endError, onChange, onRemove }: ExceptionRowProps) {
  const errorId = useId();
  return (
    <li className="flex flex-wrap items-start gap-2 rounded-control border border-line p-2">
      <div className="w-36 sm:w-40">
        <Input
          type="date"
          aria-label={label}
          aria-invalid={dateError ? true : undefined}
          aria-describedby={dateError && errorId}
          value={value.date}
          onChange={(event) => onChange({ date: event.target.value })}
        />
        {dateError && (
          <p id={errorId} className="mt-1 text-lost-text text-sm">
            {dateError}
          </p>
        )}
      </div>
      <Select
        aria-label={`${label}: what`}
        className="w-28 sm:w-36"
        value={value.kind}
        onChange={(event) => onChange({ kind: event.target.value === "closed" ? "closed" : "hours" })}
      >
        <option value="closed">Closed</option>
        <option value="hours">Extra hours</option>
      </Select>
      {value.kind === "closed" ? (
        <IconButton label={`Take out ${label}`} icon={X} className="ml-auto border-transparent!" onClick={onRemove} />
      ) : (
        <SpanFields value={value} error={endError} label={label} onChange={onChange} onRemove={onRemove} />
      )}
    </li>
  );
}
