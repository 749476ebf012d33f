import { describe, expect, it } from "vitest";
import { appointment } from "@/test/fake-backend";
import {
  changesBetween,
  comparisonRows,
  type Fields,
  type FieldValueLabels,
  fieldsSchema,
  isEmpty,
  rebase,
  toFields,
  toSaveFields,
} from "./fields";
import { inZone, type Start } from "./start";

const base: Fields = {
  title: "Check-up",
  start: { date: "2026-11-24", time: "09:30", timeZone: "Europe/Lisbon", which: "" },
  minutes: "30",
  doctorId: "d1",
  serviceId: "s1",
  status: "confirmed",
  notes: "First line\nSecond line",
  patient: { name: "Maria Silva", email: "maria@example.com", phone: "" },
};

const labels: FieldValueLabels = {
  status: (status) => status.toUpperCase(),
  doctorId: (id) => `Doctor ${id}`,
  serviceId: (id) => `Service ${id}`,
};

describe("the changed fields", () => {
  it("are none when nothing differs", () => {
    expect(isEmpty(changesBetween(base, structuredClone(base)))).toBe(true);
  });

  it("are only those that differ", () => {
    expect(changesBetween(base, { ...base, notes: "New" })).toEqual({ notes: "New" });
  });

  it("contain the whole patient if any part of it differs", () => {
    const patient = { ...base.patient, phone: "123" };
    expect(changesBetween(base, { ...base, patient })).toEqual({ patient });
  });

  it("do not contain what only a text area changed about line breaks", () => {
    const saved = { ...base, notes: "First line\r\nSecond line" };
    expect(changesBetween(saved, base)).toEqual({});
  });
});

describe("a newer record under typed text", () => {
  const newer: Fields = {
    ...base,
    title: "Follow-up",
    status: "completed",
    notes: "Theirs",
    patient: { name: "Maria Silva", email: "new@example.com", phone: "" },
  };

  it("keeps what was typed and takes over the rest", () => {
    const typed = { ...base, notes: "Mine", patient: { ...base.patient, phone: "123" } };
    expect(rebase(base, typed, newer)).toEqual({
      ...base,
      title: "Follow-up",
      status: "completed",
      notes: "Mine",
      patient: { name: "Maria Silva", email: "new@example.com", phone: "123" },
    });
  });

  it("is taken over whole when nothing was typed", () => {
    expect(rebase(base, base, newer)).toEqual(newer);
  });

  it("leaves nothing to save once it has what was typed", () => {
    const typed = { ...base, notes: "Mine" };
    const saved = { ...base, notes: "Mine" };
    expect(changesBetween(saved, rebase(base, typed, saved))).toEqual({});
  });
});

describe("typed text beside the saved", () => {
  it("has a line per thing that differs, in words", () => {
    const changes = changesBetween(base, {
      ...base,
      status: "no_show",
      patient: { ...base.patient, phone: "123" },
    });
    expect(comparisonRows(changes, base, labels)).toEqual([
      { label: "Status", typed: "NO_SHOW", saved: "CONFIRMED" },
      { label: "Patient phone", typed: "123", saved: "" },
    ]);
  });

  it("still shows what someone else has saved with the same words", () => {
    expect(comparisonRows({ notes: "Same" }, { ...base, notes: "Same" }, labels)).toHaveLength(1);
  });
});

describe("the limits", () => {
  it("ask for a name and an address of the patient", () => {
    const parsed = fieldsSchema.safeParse({ ...base, patient: { name: " ", email: "nobody", phone: "" } });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual(["patient.name", "patient.email"]);
  });
});

describe("a changed time", () => {
  const record = appointment({ startsAt: "2026-11-24T09:30:00Z", endsAt: "2026-11-24T10:00:00Z" });
  const saved = toFields(record);
  const sent = (typed: Fields) => toSaveFields(changesBetween(saved, typed), typed, record);

  it("is read on the clock of the appointment's own zone", () => {
    expect(toFields({ ...record, timeZone: "America/New_York" })).toMatchObject({
      start: { date: "2026-11-24", time: "04:30" },
      minutes: "30",
    });
  });

  it("is sent as instants, and its length goes with it", () => {
    expect(sent({ ...saved, start: { ...saved.start, time: "11:00" } })).toEqual({
      startsAt: "2026-11-24T11:00:00Z",
      endsAt: "2026-11-24T11:30:00Z",
    });
    expect(sent({ ...saved, minutes: "45" })).toEqual({ endsAt: "2026-11-24T10:15:00Z" });
  });

  it("is none if it is the same instant in another zone, or the same length in other digits", () => {
    expect(changesBetween(saved, { ...saved, start: inZone(saved.start, "America/New_York") })).toEqual({});
    expect(sent({ ...saved, minutes: "30.0" })).toEqual({});
  });

  it("is refused where it is no time, or could be two", () => {
    const faults = (start: Partial<Start>, minutes = "30") =>
      fieldsSchema
        .safeParse({ ...saved, start: { ...saved.start, ...start }, minutes })
        .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    expect(faults({ time: "" })).toEqual(["start.time: Enter a date and a time."]);
    expect(faults({ date: "2026-03-29", time: "01:30" })?.[0]).toContain("start.time: In Lisbon clocks skip 01:30");
    expect(faults({ date: "2026-10-25", time: "01:30" })?.[0]).toContain("comes twice");
    expect(faults({ date: "2026-10-25", time: "01:30", which: "second" })).toBeUndefined();
    for (const minutes of ["", "0", "-5", "1441", "long"]) expect(faults({}, minutes)?.[0]).toMatch(/^minutes: /);
  });

  it("stands beside the saved one in words", () => {
    const typed = { ...saved, start: { ...saved.start, time: "11:00" }, doctorId: "d2" };
    const rows = comparisonRows(changesBetween(saved, typed), saved, labels);
    expect(rows.map(({ label }) => label)).toEqual(["Start", "Doctor"]);
    expect(rows[0]?.typed).toContain("11:00, Lisbon time");
  });
});
