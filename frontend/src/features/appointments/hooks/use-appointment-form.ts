import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "react";
import { useForm } from "react-hook-form";
import { useMember } from "@/features/accounts/hooks/session-context";
import type { Appointment } from "@/features/appointments/api/types";
import { createDraftStorage } from "@/features/appointments/draft-storage";
import {
  type Changes,
  changesBetween,
  type Fields,
  fieldsSchema,
  isEmpty,
  toFields,
} from "@/features/appointments/fields";
import { draftOf, initialFormState, reduceForm } from "@/features/appointments/form-state";
import type { LockPhase } from "@/features/locking/machine";
import { useKeepConnected } from "@/lib/realtime/hooks/use-keep-connected";
import { useDraftStorage } from "./use-draft-storage";

const NO_CHANGES: Changes = {};

/** The form over the newest record. Typed text outlives the lock and the session (`form-state.ts`). */
export function useAppointmentForm(appointment: Appointment, phase: LockPhase) {
  const userId = useMember().user.id;
  const [storage] = useState(() => createDraftStorage(sessionStorage, userId, appointment.id));
  const [state, dispatch] = useReducer(reduceForm, null, () => initialFormState(appointment, storage.read()));
  const form = useForm<Fields>({ defaultValues: state.values, resolver: zodResolver(fieldsSchema) });
  const { record, values } = state;
  const changes = state.mode === "editing" ? changesBetween(toFields(record), form.watch()) : NO_CHANGES;
  const unsaved = isEmpty(changes) ? draftOf(state) : { baseVersion: record.version, changes };
  const discard = useDraftStorage(storage, unsaved);
  const previousPhase = useRef(phase);
  useKeepConnected(unsaved !== null);

  useEffect(() => {
    if (appointment === record) return;
    dispatch({ type: "record-changed", record: appointment, typed: structuredClone(form.getValues()) });
  }, [appointment, record, form]);

  // Layout effects: the form must have its values before the user can type into it.
  useLayoutEffect(() => {
    const wasEditing = previousPhase.current === "mine";
    previousPhase.current = phase;
    if (wasEditing === (phase === "mine")) return;
    if (phase === "mine") dispatch({ type: "lock-acquired" });
    // A copy, because the form goes on writing into its own values.
    else if (phase === "lost") dispatch({ type: "lock-lost", typed: structuredClone(form.getValues()) });
    else dispatch({ type: "lock-released" });
  }, [phase, form]);

  useLayoutEffect(() => {
    // Keeps the inputs, and so the focus, in place.
    form.reset(values, { keepFieldsRef: true });
  }, [values, form]);

  const isEditing = phase === "mine";
  useEffect(() => {
    if (isEditing) form.setFocus("title");
  }, [isEditing, form]);

  return {
    form,
    record,
    changes,
    /** The rescued text of an earlier edit. */
    draft: draftOf(state),
    discardDraft: () => dispatch({ type: "draft-discarded" }),
    /** Types the draft again as soon as the lock is ours. */
    resumeDraft: () => dispatch({ type: "resume-requested" }),
    hasUnsaved: unsaved !== null,
    /** Drops all unsaved text, also from storage: the user leaves without it. */
    discard,
  };
}
