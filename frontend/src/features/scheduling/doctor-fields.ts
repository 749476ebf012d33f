import * as z from "zod/mini";
import type { Doctor } from "./api/doctors";
import type { DoctorForm } from "./api/setup";

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

const MIDNIGHT = "00:00";
const END_OF_DAY = "24:00";

const time = z.string().check(z.minLength(1, "Enter a time."));
/** The end of a day is 00:00 in a time input, and 24:00 on the server. */
const isOrdered = ({ start, end }: { start: string; end: string }) => end === MIDNIGHT || start < end;

const hours = z
  .object({ weekday: z.number(), start: time, end: time })
  .check(z.refine(isOrdered, { message: "The end must be later than the start.", path: ["end"] }));
const exception = z
  .object({
    date: z.string().check(z.minLength(1, "Choose a date.")),
    kind: z.enum(["closed", "hours"]),
    start: z.string(),
    end: z.string(),
  })
  .check(
    z.refine((one) => one.kind === "closed" || (one.start !== "" && one.end !== "" && isOrdered(one)), {
      message: "Enter a start, and an end that is later.",
      path: ["end"],
    }),
  );

/** The form's fields, with the server's limits. */
export const doctorFieldsSchema = z.object({
  name: z.string().check(
    z.refine((text) => text.trim() !== "", "Enter the doctor's name."),
    z.maxLength(200, "Use at most 200 characters."),
  ),
  specialty: z.string().check(z.maxLength(200, "Use at most 200 characters.")),
  timeZone: z.string(),
  serviceIds: z.array(z.string()),
  workingHours: z.array(hours),
  breaks: z.array(hours),
  exceptions: z.array(exception),
});

/** In the doctor's zone. */
export interface Span {
  start: string;
  end: string;
}

export type DoctorFields = z.infer<typeof doctorFieldsSchema>;

export function newDoctorFields(timeZone: string): DoctorFields {
  const workingHours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "09:00", end: "17:00" }));
  return { name: "", specialty: "", timeZone, serviceIds: [], workingHours, breaks: [], exceptions: [] };
}

export function toDoctorFields({ name, specialty, timeZone, serviceIds, ...doctor }: Doctor): DoctorFields {
  const forField = <Span extends { end: string }>(span: Span) => ({ ...span, end: endForField(span.end) });
  return {
    name,
    specialty,
    timeZone,
    serviceIds,
    workingHours: doctor.workingHours.map(forField),
    breaks: doctor.breaks.map(forField),
    exceptions: doctor.exceptions.map(({ date, closed, start, end }) => ({
      date,
      kind: closed ? "closed" : "hours",
      start: start ?? "",
      end: endForField(end ?? ""),
    })),
  };
}

export function toDoctorForm({ workingHours, breaks, exceptions, ...fields }: DoctorFields): DoctorForm {
  const forServer = <Span extends { end: string }>(span: Span) => ({ ...span, end: endForServer(span.end) });
  return {
    ...fields,
    name: fields.name.trim(),
    workingHours: workingHours.map(forServer),
    breaks: breaks.map(forServer),
    exceptions: exceptions.map(({ date, kind, start, end }) =>
      kind === "closed" ? { date, closed: true } : { date, start, end: endForServer(end) },
    ),
  };
}

function endForField(end: string): string {
  return end === END_OF_DAY ? MIDNIGHT : end;
}

function endForServer(end: string): string {
  return end === MIDNIGHT ? END_OF_DAY : end;
}
