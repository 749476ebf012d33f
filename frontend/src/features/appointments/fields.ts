import * as z from "zod/mini";
import type { Appointment } from "./api/appointment";

export const statuses = ["pending", "confirmed", "cancelled", "completed", "no_show"] as const;

/** What the form edits; the limits are the server's. */
export const fieldsSchema = z.object({
  title: z.string().check(z.maxLength(200, "Use at most 200 characters.")),
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

const names = ["title", "status", "notes", "patient"] as const satisfies readonly (keyof Fields)[];
const patientParts = ["name", "email", "phone"] as const satisfies readonly (keyof Fields["patient"])[];

export function fieldsOf({ title, status, notes, patient }: Appointment): Fields {
  return { title, status, notes, patient: { name: patient.name, email: patient.email, phone: patient.phone ?? "" } };
}

/** Only the fields that differ. The patient is one field: the server takes it whole. */
export function changesBetween(base: Fields, typed: Fields): Changes {
  const changed = names.filter((name) => !same(base[name], typed[name]));
  return Object.fromEntries(changed.map((name) => [name, typed[name]]));
}

export function isEmpty(changes: Changes): boolean {
  return Object.keys(changes).length === 0;
}

/** Carries typed text over to a newer record: what was not touched follows the record. */
export function rebase(base: Fields, typed: Fields, newer: Fields): Fields {
  const pick = <Value>(was: Value, is: Value, becomes: Value) => (same(was, is) ? becomes : is);
  const patient = Object.fromEntries(
    patientParts.map((part) => [part, pick(base.patient[part], typed.patient[part], newer.patient[part])]),
  ) as Fields["patient"];
  return {
    title: pick(base.title, typed.title, newer.title),
    status: pick(base.status, typed.status, newer.status),
    notes: pick(base.notes, typed.notes, newer.notes),
    patient,
  };
}

/** Text areas turn every line break into `\n`; that is no change. */
function same(a: unknown, b: unknown): boolean {
  return comparable(a) === comparable(b);
}

function comparable(value: unknown): string {
  return JSON.stringify(value).replaceAll("\\r\\n", "\\n");
}

export const fieldLabels = { title: "Title", status: "Status", notes: "Notes" } as const;
export const patientLabels = { name: "Patient name", email: "Patient email", phone: "Patient phone" } as const;

export interface Line {
  label: string;
  typed: string;
  saved: string;
}

/** Typed text beside the saved, one line per thing that differs, for comparing and copying. */
export function linesOf(changes: Changes, saved: Fields, word: (status: Fields["status"]) => string): Line[] {
  const { patient } = changes;
  const lines: (Line | null)[] = [
    changes.title === undefined ? null : { label: fieldLabels.title, typed: changes.title, saved: saved.title },
    changes.status === undefined
      ? null
      : { label: fieldLabels.status, typed: word(changes.status), saved: word(saved.status) },
    changes.notes === undefined ? null : { label: fieldLabels.notes, typed: changes.notes, saved: saved.notes },
    ...patientParts.map((part) =>
      patient ? { label: patientLabels[part], typed: patient[part], saved: saved.patient[part] } : null,
    ),
  ];
  return lines.filter((line) => line !== null && (line.typed !== line.saved || !isPatient(line.label))) as Line[];
}

function isPatient(label: string): boolean {
  return Object.values<string>(patientLabels).includes(label);
}
