import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useForm } from "react-hook-form";
import { useMember } from "@/features/accounts/hooks/session-context";
import type { Appointment } from "@/features/appointments/api/types";
import { createDraftStorage, type Draft } from "@/features/appointments/draft-storage";
import {
  type Changes,
  changesBetween,
  type Fields,
  fieldsSchema,
  isEmpty,
  rebase,
  toFields,
} from "@/features/appointments/fields";
import type { LockPhase } from "@/features/locking/machine";
import { useKeepConnected } from "@/lib/realtime/hooks/use-keep-connected";
import { useDraftStorage } from "./use-draft-storage";

const NONE: Changes = {};
/** Keeps the inputs, and so the focus, where they are. */
const inPlace = { keepFieldsRef: true };

/** The form over the newest record: what was typed stays on top of it, and outlives the lock and the session. */
export function useAppointmentForm(appointment: Appointment, phase: LockPhase) {
  const form = useForm<Fields>({ defaultValues: toFields(appointment), resolver: zodResolver(fieldsSchema) });
  const [base, setBase] = useState(appointment);
  const userId = useMember().user.id;
  const [store] = useState(() => createDraftStorage(sessionStorage, userId, appointment.id));
  const [kept, setKept] = useState<Draft | null>(store.read);
  const resuming = useRef<Changes | null>(null);
  const phaseBefore = useRef(phase);
  const editing = phase === "mine";
  const changes = editing ? changesBetween(toFields(base), form.watch()) : NONE;
  const unsaved = isEmpty(changes) ? kept : { baseVersion: base.version, changes };
  const giveUp = useDraftStorage(store, unsaved);
  useKeepConnected(unsaved !== null);

  useEffect(() => {
    if (appointment === base) return;
    const newer = toFields(appointment);
    form.reset(editing ? rebase(toFields(base), form.getValues(), newer) : newer, inPlace);
    setBase(appointment);
  }, [appointment, base, editing, form]);

  // Before the fields can be typed into, or a fast typist would lose the first letters to the reset.
  useLayoutEffect(() => {
    const before = phaseBefore.current;
    phaseBefore.current = phase;
    if (before === phase) return;
    if (phase === "mine") {
      form.reset({ ...toFields(base), ...resuming.current }, inPlace);
      if (resuming.current) setKept(null);
      resuming.current = null;
    }
    if (before === "mine") {
      // A copy, because the form goes on writing into its own values.
      const typed = changesBetween(toFields(base), structuredClone(form.getValues()));
      if (phase === "lost" && !isEmpty(typed)) setKept({ baseVersion: base.version, changes: typed });
      form.reset(toFields(base), inPlace);
    }
  }, [phase, base, form]);

  useEffect(() => {
    if (editing) form.setFocus("title");
  }, [editing, form]);

  return {
    form,
    base,
    changes,
    /** Text of an editing time that ended without a save. */
    kept,
    discardKept: () => {
      resuming.current = null;
      setKept(null);
    },
    /** The next time the lock is ours, the kept text is typed again. */
    resumeKept: () => {
      resuming.current = kept?.changes ?? null;
    },
    hasUnsaved: unsaved !== null,
    /** The user goes without it. */
    giveUp,
  };
}
