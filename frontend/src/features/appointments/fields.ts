import * as z from "zod/mini";
import type { components } from "@/lib/api/generated/schema";
import { MINUTE_MS } from "@/lib/time/units";
import { toInstant } from "@/lib/time/zone";
import type { Appointment } from "./api/types";
import { instantOf, type Start, startAt, startError, startLabel } from "./start";

export const statuses = ["pending", "confirmed", "cancelled", "completed", "no_show"] as const;

const DAY_MINUTES = 24 * 60;

const startSchema = z
  .object({ date: z.string(), time: z.string(), timeZone: z.string(), which: z.enum(["", "first", "second"]) })
  .check((ctx) => {
    const message = startError(ctx.value);
    if (message) ctx.issues.push({ code: "custom", message, input: ctx.value, path: ["time"] });
  });

/** The form's fields, with the server's limits. */
export const fieldsSchema = z.object({
  title: z.string().check(z.maxLength(200, "Use at most 200 characters.")),
  start: startSchema,
  minutes: z
    .string()
    .check(
      z.refine((text) => Number(text) > 0 && Number(text) <= DAY_MINUTES, "Enter minutes, at most 1440 (24 hours)."),
    ),
  doctorId: z.string().check(z.minLength(1, "Choose a doctor.")),
  serviceId: z.string().check(z.minLength(1, "Choose a service.")),
  status: z.enum(statuses),
  notes: z.string().check(z.maxLength(10_000, "Use at most 10,000 characters.")),
  patient: z.object({
    name: z.string().check(
      z.refine((text) => text.trim() !== "", "Enter the patient's name."),
      z.maxLength(200, "Use at most 200 characters."),
    ),
    email: z.email("Enter an email address, for example name@example.com."),
    phone: z.string().check(z.maxLength(40, "Use at most 40 characters.")),
  }),
});

export type Fields = z.infer<typeof fieldsSchema>;
export type Changes = Partial<Fields>;
/** The changed fields of a save request. */
export type SaveFields = Omit<components["schemas"]["SaveAppointment"], "version" | "lockId" | "timeZone">;

const fieldNames = [
  "title",
  "start",
  "minutes",
  "doctorId",
  "serviceId",
  "status",
  "notes",
  "patient",
] as const satisfies readonly (keyof Fields)[];
const patientParts = ["name", "email", "phone"] as const satisfies readonly (keyof Fields["patient"])[];

/** An appointment as form fields, with the start in its own zone. */
export function toFields(appointment: Appointment): Fields {
  const { title, status, notes, patient, doctorId, serviceId, startsAt, endsAt, timeZone } = appointment;
  return {
    title,
    start: startAt(startsAt, timeZone),
    minutes: String((Date.parse(endsAt) - Date.parse(startsAt)) / MINUTE_MS),
    doctorId,
    serviceId,
    status,
    notes,
    patient: { name: patient.name, email: patient.email, phone: patient.phone ?? "" },
  };
}

/** The fields that differ. Patient and start count as one field each, as the server takes them. */
export function changesBetween(base: Fields, typed: Fields): Changes {
  const changed = fieldNames.filter((name) => !same(base[name], typed[name]));
  return Object.fromEntries(changed.map((name) => [name, typed[name]]));
}

export function isEmpty(changes: Changes | SaveFields): boolean {
  return Object.keys(changes).length === 0;
}

/** The typed start and length as two instants; null while they are invalid. */
export function spanOf({ start, minutes }: Pick<Fields, "start" | "minutes">): { from: string; to: string } | null {
  const startMs = instantOf(start);
  const endMs = startMs === null ? Number.NaN : startMs + Math.round(Number(minutes) * 60) * 1_000;
  return startMs !== null && endMs > startMs ? { from: toInstant(startMs), to: toInstant(endMs) } : null;
}

/** The changes as a save request, with only the instants that differ from the record's. */
export function toSaveFields({ start, minutes, ...rest }: Changes, typed: Fields, base: Appointment): SaveFields {
  const span = start || minutes ? spanOf(typed) : null;
  return {
    ...rest,
    ...(span && span.from !== base.startsAt && { startsAt: span.from }),
    ...(span && span.to !== base.endsAt && { endsAt: span.to }),
  };
}

/** The form field for a field of the request. */
export function formFieldOf(requestField: string): string {
  return { startsAt: "start.time", timeZone: "start.time", endsAt: "minutes" }[requestField] ?? requestField;
}

/** Rebases typed fields onto a newer record: unchanged fields follow the record. */
export function rebase(base: Fields, typed: Fields, newer: Fields): Fields {
  const patient = pick(patientParts, base.patient, typed.patient, newer.patient);
  return { ...pick(fieldNames, base, typed, newer), patient };
}

function pick<Of extends object>(parts: readonly (keyof Of)[], was: Of, is: Of, becomes: Of): Of {
  return Object.fromEntries(
    parts.map((part) => [part, same(was[part], is[part]) ? becomes[part] : is[part]]),
  ) as unknown as Of;
}

function same(a: unknown, b: unknown): boolean {
  return comparable(a) === comparable(b);
}

/** Equal despite a text area's line breaks, or another zone for the same instant. */
function comparable(value: unknown): string {
  const instant = isStart(value) ? instantOf(value) : null;
  return instant === null ? JSON.stringify(value).replaceAll("\\r\\n", "\\n") : String(instant);
}

function isStart(value: unknown): value is Start {
  return typeof value === "object" && value !== null && "which" in value;
}

export const fieldLabels = {
  title: "Title",
  start: "Start",
  minutes: "Minutes",
  doctorId: "Doctor",
  serviceId: "Service",
  status: "Status",
  notes: "Notes",
} as const;
export const patientLabels = { name: "Patient name", email: "Patient email", phone: "Patient phone" } as const;

export interface ComparisonRow {
  label: string;
  typed: string;
  saved: string;
}

/** Labels for values that are chosen from a list. */
export interface FieldValueLabels {
  status: (status: Fields["status"]) => string;
  doctorId: (id: string) => string;
  serviceId: (id: string) => string;
}

/** One row per changed field, with the typed and the saved text. */
export function comparisonRows(changes: Changes, saved: Fields, labels: FieldValueLabels): ComparisonRow[] {
  const { patient: typedPatient, ...typedRest } = changes;
  const typed = displayTexts(typedRest, labels);
  const rest = displayTexts(saved, labels);
  const rows = Object.keys(fieldLabels)
    .map((name) => name as keyof typeof fieldLabels)
    .filter((name) => changes[name] !== undefined)
    .map((name) => ({ label: fieldLabels[name], typed: typed[name] ?? "", saved: rest[name] ?? "" }));
  const patientRows = patientParts
    .map((part) => ({ label: patientLabels[part], typed: typedPatient?.[part] ?? "", saved: saved.patient[part] }))
    .filter((row) => typedPatient && row.typed !== row.saved);
  return [...rows, ...patientRows];
}

function displayTexts(fields: Changes, labels: FieldValueLabels): Partial<Record<keyof typeof fieldLabels, string>> {
  const { title, start, minutes, doctorId, serviceId, status, notes } = fields;
  return {
    ...(title !== undefined && { title }),
    ...(notes !== undefined && { notes }),
    ...(minutes !== undefined && { minutes }),
    ...(start && { start: startLabel(start) }),
    ...(doctorId && { doctorId: labels.doctorId(doctorId) }),
    ...(serviceId && { serviceId: labels.serviceId(serviceId) }),
    ...(status && { status: labels.status(status) }),
  };
}
