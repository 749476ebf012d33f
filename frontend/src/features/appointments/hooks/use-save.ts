import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useAnnounce } from "@/components/ui/announcer";
import { type Appointment, storeAppointment } from "@/features/appointments/api/appointment";
import { useSaveAppointment } from "@/features/appointments/api/save";
import { takenIn } from "@/features/appointments/api/taken";
import { changesBetween, type Fields, fieldsOf, isEmpty, wireOf } from "@/features/appointments/fields";
import { type Refusal, refusalOf, showFaults } from "@/features/appointments/refusal";
import type { LockController } from "@/features/locking/controller";
import { type ApiError, explain, hasCode } from "@/lib/api/problem";

interface SaveOptions {
  form: UseFormReturn<Fields>;
  base: Appointment;
  controller: LockController;
}

export interface SaveHandle {
  /** True if nothing is left to save. */
  save: () => Promise<boolean>;
  saving: boolean;
  problem: string | null;
  /** Somebody else has the time that was asked for. */
  refusal: Refusal | null;
  /** When this page last saved, by its own clock. */
  savedAtMs: number | null;
}

const CHANGED_MEANWHILE =
  "This appointment was changed in the meantime. Your text now stands on top of the newer version; look it over and save again.";

export function useSave({ form, base, controller }: SaveOptions): SaveHandle {
  const mutation = useSaveAppointment(base.id);
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [problem, setProblem] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [savedAtMs, setSavedAtMs] = useState<number | null>(null);

  function refused(error: unknown, fields: Fields): void {
    showFaults(form, error);
    const taken = takenIn(error);
    if (hasCode(error, "LOCK_LOST") || hasCode(error, "LOCK_REQUIRED")) controller.learnFrom(error);
    else if (hasCode(error, "VERSION_MISMATCH")) {
      storeAppointment(queries, base.id, currentIn(error));
      setProblem(CHANGED_MEANWHILE);
    } else if (taken) setRefusal(refusalOf(taken, fields));
    else setProblem(explain(error));
  }

  async function write(fields: Fields, lockId: string): Promise<boolean> {
    const changes = wireOf(changesBetween(fieldsOf(base), fields), fields, base);
    setProblem(null);
    setRefusal(null);
    if (isEmpty(changes)) {
      announce("Nothing has changed since the last save.");
      return true;
    }
    try {
      await mutation.mutateAsync({ ...changes, version: base.version, lockId });
      setSavedAtMs(Date.now());
      announce("Saved.");
      return true;
    } catch (error) {
      refused(error, fields);
      return false;
    }
  }

  async function save(): Promise<boolean> {
    const lockId = controller.state.get().claimed;
    if (!lockId || mutation.isPending) return false;
    let clean = false;
    await form.handleSubmit(async (fields) => {
      clean = await write(fields, lockId);
    })();
    return clean;
  }

  return { save, saving: mutation.isPending, problem, refusal, savedAtMs };
}

function currentIn(error: ApiError): Appointment {
  return error.problem.current as Appointment;
}
