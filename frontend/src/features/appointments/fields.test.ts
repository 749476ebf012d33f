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

describe("changed fields", () => {
  it("are none when nothing differs", () => {
    expect(isEmpty(changesBetween(base, structuredClone(base)))).toBe(true);
  });

  it("are the fields that differ", () => {
    expect(changesBetween(base, { ...base, notes: "New" })).toEqual({ notes: "New" });
  });

  it("contain the whole patient if any part differs", () => {
    const patient = { ...base.patient, phone: "123" };
    expect(changesBetween(base, { ...base, patient })).toEqual({ patient });
  });

  it("ignore a text area's line breaks", () => {
    const saved = { ...base, notes: "First line\r\nSecond line" };
    expect(changesBetween(saved, base)).toEqual({});
  });
});

describe("rebasing onto a newer record", () => {
  const newer: Fields = {
    ...base,
    title: "Follow-up",
    status: "completed",
    notes: "Theirs",
    patient: { name: "Maria Silva", email: "new@example.com", phone: "" },
  };

  it("keeps typed fields and updates the others", () => {
    const typed = { ...base, notes: "Mine", patient: { ...base.patient, phone: "123" } };
    expect(rebase(base, typed, newer)).toEqual({
      ...base,
      title: "Follow-up",
      status: "completed",
      notes: "Mine",
      patient: { name: "Maria Silva", email: "new@example.com", phone: "123" },
    });
  });

  it("updates every field when nothing was typed", () => {
    expect(rebase(base, base, newer)).toEqual(newer);
  });

  it("leaves no changes once the record has the typed text", () => {
    const typed = { ...base, notes: "Mine" };
    const saved = { ...base, notes: "Mine" };
    expect(changesBetween(saved, rebase(base, typed, saved))).toEqual({});
  });
});

describe("comparison of typed and saved text", () => {
  it("has one labelled row per changed field", () => {
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

  it("has a row also if both texts are the same", () => {
    expect(comparisonRows({ notes: "Same" }, { ...base, notes: "Same" }, labels)).toHaveLength(1);
  });
});

describe("validation", () => {
  it("requires the patient's name and email", () => {
    const parsed = fieldsSchema.safeParse({ ...base, patient: { name: " ", email: "nobody", phone: "" } });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual(["patient.name", "patient.email"]);
  });
});

describe("a changed time", () => {
  const record = appointment({ startsAt: "2026-11-24T09:30:00Z", endsAt: "2026-11-24T10:00:00Z" });
  const saved = toFields(record);
  const sent = (typed: Fields) => toSaveFields(changesBetween(saved, typed), typed, record);

  it("is shown in the appointment's own zone", () => {
    expect(toFields({ ...record, timeZone: "America/New_York" })).toMatchObject({
      start: { date: "2026-11-24", time: "04:30" },
      minutes: "30",
    });
  });

  it("is sent as instants, with the same length", () => {
    expect(sent({ ...saved, start: { ...saved.start, time: "11:00" } })).toEqual({
      startsAt: "2026-11-24T11:00:00Z",
      endsAt: "2026-11-24T11:30:00Z",
    });
    expect(sent({ ...saved, minutes: "45" })).toEqual({ endsAt: "2026-11-24T10:15:00Z" });
  });

  it("is no change in another zone or notation", () => {
    expect(changesBetween(saved, { ...saved, start: inZone(saved.start, "America/New_York") })).toEqual({});
    expect(sent({ ...saved, minutes: "30.0" })).toEqual({});
  });

  it("is refused if skipped or ambiguous", () => {
    const errors = (start: Partial<Start>, minutes = "30") =>
      fieldsSchema
        .safeParse({ ...saved, start: { ...saved.start, ...start }, minutes })
        .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    expect(errors({ time: "" })).toEqual(["start.time: Enter a date and a time."]);
    expect(errors({ date: "2026-03-29", time: "01:30" })?.[0]).toContain("start.time: In Lisbon clocks skip 01:30");
    expect(errors({ date: "2026-10-25", time: "01:30" })?.[0]).toContain("comes twice");
    expect(errors({ date: "2026-10-25", time: "01:30", which: "second" })).toBeUndefined();
    for (const minutes of ["", "0", "-5", "1441", "long"]) expect(errors({}, minutes)?.[0]).toMatch(/^minutes: /);
  });

  it("is compared with the saved time in words", () => {
    const typed = { ...saved, start: { ...saved.start, time: "11:00" }, doctorId: "d2" };
    const rows = comparisonRows(changesBetween(saved, typed), saved, labels);
    expect(rows.map(({ label }) => label)).toEqual(["Start", "Doctor"]);
    expect(rows[0]?.typed).toContain("11:00, Lisbon time");
  });
});
