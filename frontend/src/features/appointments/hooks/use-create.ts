import { useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useCreateAppointment } from "@/features/appointments/api/create";
import { slotConflictIn } from "@/features/appointments/api/slot-conflict";
import type { Appointment } from "@/features/appointments/api/types";
import { type Conflict, conflictFor, showFieldErrors } from "@/features/appointments/conflict";
import { type Fields, spanOf } from "@/features/appointments/fields";
import { errorMessage } from "@/lib/api/problem";

interface CreateHandle {
  create: () => Promise<void>;
  creating: boolean;
  /** The new appointment, once it is saved. */
  created: Appointment | null;
  problem: string | null;
  /** The requested time is taken. */
  conflict: Conflict | null;
}

export function useCreate(form: UseFormReturn<Fields>): CreateHandle {
  const mutation = useCreateAppointment();
  const [created, setCreated] = useState<Appointment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);

  async function write(fields: Fields): Promise<void> {
    const span = spanOf(fields);
    if (!span) return;
    const { doctorId, serviceId, patient, notes } = fields;
    const times = { startsAt: span.from, endsAt: span.to };
    setProblem(null);
    setConflict(null);
    try {
      setCreated(await mutation.mutateAsync({ doctorId, serviceId, patient, notes, ...times }));
    } catch (error) {
      showFieldErrors(form, error);
      const evidence = slotConflictIn(error);
      if (evidence) setConflict(conflictFor(evidence, fields));
      else setProblem(errorMessage(error));
    }
  }

  async function create(): Promise<void> {
    if (mutation.isPending || created) return;
    await form.handleSubmit(write)();
  }

  return { create, creating: mutation.isPending, created, problem, conflict };
}
