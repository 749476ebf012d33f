import { describe, expect, it } from "vitest";
import { appointment } from "@/test/fake-backend";
import { type Fields, toFields } from "./fields";
import { draftOf, type FormEvent, initialFormState, reduceForm } from "./form-state";

const record = appointment();
const newer = appointment({ version: 2, title: "Newer" });
const typed: Fields = { ...toFields(record), notes: "Mine" };
const draft = { baseVersion: 1, changes: { notes: "Mine" } };

const acquired: FormEvent = { type: "lock-acquired" };
const lost: FormEvent = { type: "lock-lost", typed };
const stateAfter = (...events: FormEvent[]) => events.reduce(reduceForm, initialFormState(record, null));

describe("the form", () => {
  it("shows the record until the lock is ours", () => {
    expect(stateAfter()).toEqual({ mode: "viewing", record, values: toFields(record) });
    expect(stateAfter(acquired)).toEqual({ mode: "editing", record, values: toFields(record) });
  });

  it("follows a newer record while viewing", () => {
    expect(stateAfter({ type: "record-changed", record: newer, typed }).values.title).toBe("Newer");
  });

  it("keeps typed text on top of a newer record while editing", () => {
    const state = stateAfter(acquired, { type: "record-changed", record: newer, typed });
    expect(state).toMatchObject({ mode: "editing", record: newer, values: { title: "Newer", notes: "Mine" } });
  });

  it("goes back to the record when the lock is released", () => {
    expect(stateAfter(acquired, { type: "lock-released" })).toEqual(stateAfter());
  });
});

describe("unsaved text", () => {
  it("is rescued when the lock is lost", () => {
    expect(stateAfter(acquired, lost)).toEqual({ mode: "rescued", record, values: toFields(record), draft });
  });

  it("is not rescued when nothing was typed", () => {
    expect(stateAfter(acquired, { type: "lock-lost", typed: toFields(record) }).mode).toBe("viewing");
  });

  it("remembers its version when a newer record arrives", () => {
    const state = stateAfter(acquired, lost, { type: "record-changed", record: newer, typed });
    expect(draftOf(state)).toEqual(draft);
    expect(state.values.title).toBe("Newer");
  });

  it("stays rescued until the lock is ours again, then is typed again", () => {
    const resuming = stateAfter(acquired, lost, { type: "resume-requested" });
    expect(resuming).toMatchObject({ mode: "resuming", draft });
    expect(reduceForm(resuming, acquired)).toEqual({ mode: "editing", record, values: typed });
  });

  it("is typed again on top of the newest record", () => {
    const state = stateAfter(acquired, lost, { type: "record-changed", record: newer, typed }, acquired);
    expect(state.values).toMatchObject({ title: "Newer", notes: "Mine" });
  });

  it("goes when it is discarded", () => {
    expect(stateAfter(acquired, lost, { type: "draft-discarded" })).toEqual(stateAfter());
    expect(stateAfter(acquired, lost, { type: "resume-requested" }, { type: "draft-discarded" })).toEqual(stateAfter());
  });

  it("is there from the start after a reload", () => {
    expect(initialFormState(record, draft)).toMatchObject({ mode: "rescued", draft });
  });
});
