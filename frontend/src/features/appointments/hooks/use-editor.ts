import { useEffect, useState } from "react";
import { useMember } from "@/features/accounts/hooks/session-context";
import { hasPermission } from "@/features/accounts/permissions";
import type { Appointment } from "@/features/appointments/api/types";
import { isEmpty } from "@/features/appointments/fields";
import { useActivity } from "@/features/locking/hooks/use-activity";
import { useLock } from "@/features/locking/hooks/use-lock";
import type { LockPhase } from "@/features/locking/machine";
import { errorMessage } from "@/lib/api/problem";
import { useShortcut } from "@/lib/hooks/use-shortcut";
import { useOwnPresence } from "@/lib/realtime/hooks/use-presence";
import type { Activity } from "@/lib/realtime/presence";
import { useAppointmentForm } from "./use-appointment-form";
import { useSave } from "./use-save";

/** Everything one can do on the appointment's page, by button and by key. */
export function useEditor(appointment: Appointment) {
  const lock = useLock(appointment.id);
  const { controller, phase, state } = lock;
  const mayEdit = hasPermission(useMember().user, "appointments.edit");
  const text = useAppointmentForm(appointment, phase);
  const saving = useSave({ form: text.form, base: text.base, controller });
  const [editProblem, setEditProblem] = useState<string | null>(null);
  const [finishing, setFinishing] = useState(false);
  const canEdit = mayEdit && phase === "free";
  useActivity(controller, phase === "mine");
  useOwnPresence(appointment.id, doingIn(phase, isEmpty(text.changes)));

  const edit = () => {
    setEditProblem(null);
    controller.startEditing().catch((error: unknown) => setEditProblem(errorMessage(error)));
  };
  const finish = () => {
    setFinishing(false);
    void controller.stopEditing();
  };
  const done = () => (isEmpty(text.changes) ? finish() : setFinishing(true));

  useShortcut({ key: "e", enabled: canEdit && !text.kept, run: edit });
  useShortcut({ key: "s", mod: true, enabled: phase === "mine", run: () => void saving.save() });
  useShortcut({ key: "Escape", enabled: phase === "mine", run: done });

  useEffect(() => {
    if (phase !== "mine") setFinishing(false);
  }, [phase]);
  useEffect(() => {
    if (state.loss?.cause === "left" && !text.kept) controller.dismissLoss();
  }, [state.loss, text.kept, controller]);

  return {
    lock,
    text,
    saving,
    mayEdit,
    problem: editProblem ?? (phase === "mine" ? saving.problem : null),
    edit,
    done,
    finish,
    finishing,
    keepOn: () => setFinishing(false),
    saveAndFinish: async () => {
      setFinishing(false);
      if (await saving.save()) finish();
    },
    resume: () => {
      text.resumeKept();
      controller.dismissLoss();
      edit();
    },
    discard: () => {
      text.discardKept();
      controller.dismissLoss();
    },
  };
}

function doingIn(phase: LockPhase, isSaved: boolean): Activity {
  if (phase !== "mine") return "viewing";
  return isSaved ? "editing" : "unsaved";
}
