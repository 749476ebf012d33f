import type { ReactNode } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useMember } from "@/features/accounts/hooks/session-context";
import { type Fields, fieldLabels, spanOf } from "@/features/appointments/fields";
import { instantOf, inZone, isAmbiguous, isComplete, type Start, startError } from "@/features/appointments/start";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { clockTime, shortWhen, zoneCity } from "@/lib/time/format";
import { dateIn } from "@/lib/time/zone";

export interface FieldsProps {
  form: UseFormReturn<Fields>;
  readOnly: boolean;
}

interface TimeFieldsProps extends FieldsProps {
  /** Notices about the time. */
  children?: ReactNode;
}

/** Start and length. The zone can be chosen if there are several. */
export function TimeFields({ form, readOnly, children }: TimeFieldsProps) {
  const { register, setValue, watch, formState } = form;
  const { errors, isSubmitted } = formState;
  const [start, minutes, doctorId] = watch(["start", "minutes", "doctorId"]);
  const zones = useTimeZones(doctorId, [start.timeZone, formState.defaultValues?.start?.timeZone]);
  const serverError = errors.start?.time;
  const inputError = isSubmitted || isComplete(start) ? startError(start) : null;
  const clearOccurrence = { onChange: () => setValue("start.which", "") };
  return (
    <fieldset className="grid grid-cols-[minmax(0,1fr)_6.5rem] gap-x-4 gap-y-4 sm:col-span-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_6.5rem]">
      <legend className="sr-only">When</legend>
      <Field label="Date" className="col-span-2 sm:col-span-1">
        {(control) => (
          <Input type="date" readOnly={readOnly} {...control} {...register("start.date", clearOccurrence)} />
        )}
      </Field>
      <Field
        label={fieldLabels.start}
        error={inputError ?? (serverError?.type === "server" ? serverError.message : undefined)}
      >
        {(control) => (
          <Input type="time" readOnly={readOnly} {...control} {...register("start.time", clearOccurrence)} />
        )}
      </Field>
      <Field label={fieldLabels.minutes} error={errors.minutes?.message}>
        {(control) => (
          <Input
            type="number"
            inputMode="numeric"
            min={5}
            step={5}
            readOnly={readOnly}
            {...control}
            {...register("minutes")}
          />
        )}
      </Field>
      <div className="-mt-2 col-span-full">
        {isAmbiguous(start) && <OccurrenceChoice form={form} start={start} readOnly={readOnly} />}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-sm tabular-nums">
          {zones.length > 1 ? (
            <ZoneChoice
              zone={start.timeZone}
              zones={zones}
              readOnly={readOnly}
              onChange={(zone) => setValue("start", inZone(start, zone), { shouldDirty: true })}
            />
          ) : (
            <p>
              {zoneCity(start.timeZone)} time ({start.timeZone}).
            </p>
          )}
          <TimeSummary start={start} minutes={minutes} zones={zones} />
        </div>
        {children}
      </div>
    </fieldset>
  );
}

/** The zones to choose from: the appointment's, the practice's and the doctor's. */
function useTimeZones(doctorId: string, own: (string | undefined)[]): string[] {
  const { timeZone } = useMember().tenant;
  const doctor = useDoctors().data?.find(doctorId);
  return [...new Set([...own.toReversed(), timeZone, doctor?.timeZone])].filter((zone) => zone !== undefined);
}

interface ZoneChoiceProps {
  zone: string;
  zones: string[];
  readOnly: boolean;
  onChange: (zone: string) => void;
}

/** The same height when read-only, so that peers' pointers point at the same field. */
function ZoneChoice({ zone, zones, readOnly, onChange }: ZoneChoiceProps) {
  const label = (of: string) => `${zoneCity(of)} time`;
  return (
    <div className="w-full text-base sm:w-60">
      {readOnly ? (
        <Input readOnly aria-label="Time zone" value={label(zone)} />
      ) : (
        <Select aria-label="Time zone" value={zone} onChange={({ target }) => onChange(target.value)}>
          {zones.map((each) => (
            <option key={each} value={each}>
              {label(each)}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}

/** The end of the typed span, and its start in the other zones. */
function TimeSummary({ start, minutes, zones }: Pick<Fields, "start" | "minutes"> & { zones: string[] }) {
  const span = spanOf({ start, minutes });
  if (!span) return null;
  const onDate = (instant: string, zone: string) =>
    (dateIn(zone, Date.parse(instant)) === start.date ? clockTime : shortWhen)(instant, zone);
  const others = zones
    .map((zone) => ({ zone, time: onDate(span.from, zone) }))
    .filter(({ time }) => time !== onDate(span.from, start.timeZone))
    .map(({ zone, time }) => `${time} in ${zoneCity(zone)}`);
  return <p>{[`Until ${onDate(span.to, start.timeZone)}`, ...others].join("; ")}.</p>;
}

function OccurrenceChoice({ form, start, readOnly }: FieldsProps & { start: Start }) {
  const label = (which: "first" | "second") => {
    const offset = new Intl.DateTimeFormat("en-GB", { timeZoneName: "shortOffset", timeZone: start.timeZone })
      .formatToParts(instantOf({ ...start, which }) ?? 0)
      .find(({ type }) => type === "timeZoneName")?.value;
    return `${start.time}, the ${which} time (${offset})`;
  };
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="sr-only">Which {start.time}</legend>
      {(["first", "second"] as const).map((which) => (
        <label key={which} className="inline-flex min-h-9 items-center gap-2 pointer-coarse:min-h-11">
          <input
            type="radio"
            value={which}
            disabled={readOnly}
            className="size-4 accent-accent"
            {...form.register("start.which")}
          />
          {label(which)}
        </label>
      ))}
    </fieldset>
  );
}
