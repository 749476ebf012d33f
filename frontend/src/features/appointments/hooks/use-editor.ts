import { useEffect, useReducer } from "react";
import { useMember } from "@/features/accounts/hooks/session-context";
import { hasPermission } from "@/features/accounts/permissions";
import type { Appointment } from "@/features/appointments/api/types";
import { initialEditorState, reduceEditor } from "@/features/appointments/editor-state";
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

/** The actions of the appointment page, by button and by key. */
export function useEditor(appointment: Appointment) {
  const lock = useLock(appointment.id);
  const { controller, phase, state: lockState } = lock;
  const canEdit = hasPermission(useMember().user, "appointments.edit");
  const text = useAppointmentForm(appointment, phase);
  const saving = useSave({ form: text.form, record: text.record, controller });
  const [state, dispatch] = useReducer(reduceEditor, initialEditorState);
  const isEditing = phase === "mine";
  useActivity(controller, isEditing);
  useOwnPresence(appointment.id, activityIn(phase, isEmpty(text.changes)));

  const edit = () => {
    dispatch({ type: "edit-requested" });
    controller
      .startEditing()
      .catch((error: unknown) => dispatch({ type: "edit-failed", problem: errorMessage(error) }));
  };
  const finish = () => {
    dispatch({ type: "dialog-answered" });
    void controller.stopEditing();
  };
  const done = () => {
    const hasChanges = !isEmpty(text.changes);
    if (hasChanges) dispatch({ type: "done-requested" });
    else finish();
  };

  useShortcut({ key: "e", enabled: canEdit && phase === "free" && !text.draft, run: edit });
  useShortcut({ key: "s", mod: true, enabled: isEditing, run: () => void saving.save() });
  useShortcut({ key: "Escape", enabled: isEditing, run: done });

  useEffect(() => {
    if (!isEditing) dispatch({ type: "lock-ended" });
  }, [isEditing]);
  useEffect(() => {
    if (lockState.loss?.cause === "left" && !text.draft) controller.dismissLoss();
  }, [lockState.loss, text.draft, controller]);

  return {
    lock,
    text,
    saving,
    canEdit,
    problem: state.status === "start-failed" ? state.problem : isEditing ? saving.problem : null,
    isConfirming: state.status === "confirming",
    edit,
    done,
    finish,
    continueEditing: () => dispatch({ type: "dialog-answered" }),
    saveAndFinish: async () => {
      dispatch({ type: "dialog-answered" });
      if (await saving.save()) finish();
    },
    resume: () => {
      text.resumeDraft();
      controller.dismissLoss();
      edit();
    },
    discard: () => {
      text.discardDraft();
      controller.dismissLoss();
    },
  };
}

function activityIn(phase: LockPhase, isSaved: boolean): Activity {
  if (phase !== "mine") return "viewing";
  return isSaved ? "editing" : "unsaved";
}
