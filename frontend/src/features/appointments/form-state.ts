import type { Appointment } from "./api/types";
import type { Draft } from "./draft-storage";
import { changesBetween, type Fields, isEmpty, rebase, toFields } from "./fields";

interface Shown {
  /** The record that the form's changes are relative to. */
  readonly record: Appointment;
  /** The values that the form was last set to. */
  readonly values: Fields;
}

/** The form over one appointment, and the text typed into it. */
export type FormState =
  /** The lock is not ours; the form shows the record. */
  | (Shown & { readonly mode: "viewing" })
  /** The lock is ours; the form holds what is typed. */
  | (Shown & { readonly mode: "editing" })
  /** The lock was lost; the unsaved text stands beside the record. */
  | (Shown & { readonly mode: "rescued"; readonly draft: Draft })
  /** The lock is requested again, to go on with the rescued text. */
  | (Shown & { readonly mode: "resuming"; readonly draft: Draft });

export type FormEvent =
  /** A newer record arrived. `typed`: the form's values at that moment. */
  | { type: "record-changed"; record: Appointment; typed: Fields }
  | { type: "lock-acquired" }
  | { type: "lock-lost"; typed: Fields }
  | { type: "lock-released" }
  | { type: "resume-requested" }
  | { type: "draft-discarded" };

export function initialFormState(record: Appointment, draft: Draft | null): FormState {
  const shown = { record, values: toFields(record) };
  return draft ? { ...shown, mode: "rescued", draft } : { ...shown, mode: "viewing" };
}

export function reduceForm(state: FormState, event: FormEvent): FormState {
  const { record } = state;
  switch (event.type) {
    case "record-changed": {
      const newer = toFields(event.record);
      const values = state.mode === "editing" ? rebase(toFields(record), event.typed, newer) : newer;
      return { ...state, record: event.record, values };
    }
    case "lock-acquired":
      return { mode: "editing", record, values: { ...toFields(record), ...draftOf(state)?.changes } };
    case "lock-lost": {
      const changes = changesBetween(toFields(record), event.typed);
      const draft = isEmpty(changes) ? null : { baseVersion: record.version, changes };
      return state.mode === "editing" ? initialFormState(record, draft) : state;
    }
    case "lock-released":
      return state.mode === "editing" ? initialFormState(record, null) : state;
    case "resume-requested":
      return state.mode === "rescued" ? { ...state, mode: "resuming" } : state;
    case "draft-discarded":
      return state.mode === "editing" ? state : { mode: "viewing", record, values: state.values };
  }
}

/** The rescued text of an earlier edit, if any. */
export function draftOf(state: FormState): Draft | null {
  return "draft" in state ? state.draft : null;
}
