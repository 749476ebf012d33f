import { describe, expect, it } from "vitest";
import { changesBetween, type Fields, fieldsSchema, isEmpty, linesOf, rebase } from "./fields";

const base: Fields = {
  title: "Check-up",
  status: "confirmed",
  notes: "First line\nSecond line",
  patient: { name: "Maria Silva", email: "maria@example.com", phone: "" },
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
    title: "Follow-up",
    status: "completed",
    notes: "Theirs",
    patient: { name: "Maria Silva", email: "new@example.com", phone: "" },
  };

  it("keeps what was typed and takes over the rest", () => {
    const typed = { ...base, notes: "Mine", patient: { ...base.patient, phone: "123" } };
    expect(rebase(base, typed, newer)).toEqual({
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
    expect(linesOf(changes, base, (status) => status.toUpperCase())).toEqual([
      { label: "Status", typed: "NO_SHOW", saved: "CONFIRMED" },
      { label: "Patient phone", typed: "123", saved: "" },
    ]);
  });

  it("still shows what someone else has saved with the same words", () => {
    expect(linesOf({ notes: "Same" }, { ...base, notes: "Same" }, String)).toHaveLength(1);
  });
});

describe("the limits", () => {
  it("ask for a name and an address of the patient", () => {
    const parsed = fieldsSchema.safeParse({ ...base, patient: { name: " ", email: "nobody", phone: "" } });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual(["patient.name", "patient.email"]);
  });
});
