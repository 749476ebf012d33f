import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useAnnounce } from "@/components/ui/announcer";
import { storeAppointment } from "@/features/appointments/api/appointment";
import { useSaveAppointment } from "@/features/appointments/api/save";
import { slotConflictIn } from "@/features/appointments/api/slot-conflict";
import type { Appointment } from "@/features/appointments/api/types";
import { type Conflict, conflictFor, showFieldErrors } from "@/features/appointments/conflict";
import { changesBetween, type Fields, isEmpty, toFields, toSaveFields } from "@/features/appointments/fields";
import type { LockController } from "@/features/locking/controller";
import { type ApiError, errorMessage, hasCode } from "@/lib/api/problem";

interface SaveOptions {
  form: UseFormReturn<Fields>;
  /** The record that the form was filled from. */
  record: Appointment;
  controller: LockController;
}

export interface SaveHandle {
  /** True if everything is saved. */
  save: () => Promise<boolean>;
  saving: boolean;
  problem: string | null;
  /** The requested time is taken. */
  conflict: Conflict | null;
  /** When this page last saved, by its own clock. */
  savedAtMs: number | null;
}

const VERSION_CONFLICT_MESSAGE =
  "This appointment was changed in the meantime. Your text now stands on top of the newer version; look it over and save again.";

export function useSave({ form, record, controller }: SaveOptions): SaveHandle {
  const mutation = useSaveAppointment(record.id);
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [problem, setProblem] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [savedAtMs, setSavedAtMs] = useState<number | null>(null);

  function handleError(error: unknown, fields: Fields): void {
    showFieldErrors(form, error);
    const evidence = slotConflictIn(error);
    if (hasCode(error, "LOCK_LOST") || hasCode(error, "LOCK_REQUIRED")) controller.handleRejection(error);
    else if (hasCode(error, "VERSION_MISMATCH")) {
      storeAppointment(queries, record.id, currentVersionIn(error));
      setProblem(VERSION_CONFLICT_MESSAGE);
    } else if (evidence) setConflict(conflictFor(evidence, fields));
    else setProblem(errorMessage(error));
  }

  async function write(fields: Fields, lockId: string): Promise<boolean> {
    const changes = toSaveFields(changesBetween(toFields(record), fields), fields, record);
    setProblem(null);
    setConflict(null);
    if (isEmpty(changes)) {
      announce("Nothing has changed since the last save.");
      return true;
    }
    try {
      await mutation.mutateAsync({ ...changes, version: record.version, lockId });
      setSavedAtMs(Date.now());
      announce("Saved.");
      return true;
    } catch (error) {
      handleError(error, fields);
      return false;
    }
  }

  async function save(): Promise<boolean> {
    const lockId = controller.state.get().ownLockId;
    if (!lockId || mutation.isPending) return false;
    let isSaved = false;
    await form.handleSubmit(async (fields) => {
      isSaved = await write(fields, lockId);
    })();
    return isSaved;
  }

  return { save, saving: mutation.isPending, problem, conflict, savedAtMs };
}

function currentVersionIn(error: ApiError): Appointment {
  return error.problem.current as Appointment;
}
