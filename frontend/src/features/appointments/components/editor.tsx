import { TriangleAlert } from "lucide-react";
import { Bar } from "@/components/ui/bar";
import { Button } from "@/components/ui/button";
import { useMember } from "@/features/accounts/hooks/session-context";
import type { Appointment } from "@/features/appointments/api/types";
import { type Changes, isEmpty, toFields } from "@/features/appointments/fields";
import { useEditor } from "@/features/appointments/hooks/use-editor";
import { LockBar } from "@/features/locking/components/lock-bar";
import { PointerLayer } from "@/features/realtime/components/pointer-layer";
import { useOwnPointer } from "@/lib/realtime/hooks/use-pointers";
import { clockTime } from "@/lib/time/format";
import { AppointmentFacts } from "./appointment-facts";
import { AppointmentFields } from "./appointment-fields";
import { EditorActions } from "./editor-actions";
import { LeaveGuard } from "./leave-guard";
import { TimeNotices } from "./time-notices";
import { UnsavedChangesDialog } from "./unsaved-changes-dialog";
import { UnsavedDraft } from "./unsaved-draft";

export function Editor({ appointment }: { appointment: Appointment }) {
  const editor = useEditor(appointment);
  const { lock, text, saving } = editor;
  const { timeZone } = useMember().tenant;
  const showPointer = useOwnPointer(appointment.id);
  const canResume = editor.canEdit && (lock.phase === "free" || (lock.phase === "lost" && !lock.state.lock));
  return (
    <div className="space-y-4">
      <LockBar
        lock={lock}
        note={saveStateLabel(!isEmpty(text.changes), saving.savedAtMs, timeZone)}
        keepEditing={<Button onClick={() => void lock.controller.keepEditing()}>Keep editing</Button>}
        actions={
          <EditorActions
            phase={lock.phase}
            canEdit={editor.canEdit}
            hasDraft={text.draft !== null}
            saving={saving.saving}
            onEdit={editor.edit}
            onCancel={() => lock.controller.cancelEditing()}
            onSave={() => void saving.save()}
            onDone={editor.done}
            onDismissLoss={() => lock.controller.dismissLoss()}
          />
        }
      />
      <div role="alert">{editor.problem && <Bar tone="lost" icon={TriangleAlert} title={editor.problem} />}</div>
      {text.draft && (
        <UnsavedDraft
          changes={text.draft.changes}
          isOutdated={text.draft.baseVersion < appointment.version}
          saved={toFields(appointment)}
          onResume={canResume ? editor.resume : undefined}
          onDiscard={editor.discard}
        />
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <form
          noValidate
          aria-label="Appointment"
          className="relative rounded-card border border-line bg-surface p-4"
          onPointerMove={showPointer}
          onSubmit={(event) => {
            event.preventDefault();
            void saving.save();
          }}
        >
          <AppointmentFields form={text.form} readOnly={lock.phase !== "mine"}>
            {lock.phase === "mine" && (
              <TimeNotices form={text.form} conflict={saving.conflict} isChanged={changesTime(text.changes)} />
            )}
          </AppointmentFields>
          <PointerLayer appointmentId={appointment.id} />
        </form>
        <AppointmentFacts appointment={appointment} />
      </div>
      <UnsavedChangesDialog
        open={editor.isConfirming}
        saving={saving.saving}
        onContinueEditing={editor.continueEditing}
        onDiscard={editor.finish}
        onSave={() => void editor.saveAndFinish()}
      />
      <LeaveGuard hasUnsaved={text.hasUnsaved} onLeave={text.discard} />
    </div>
  );
}

/** True if the changes reserve another time. */
function changesTime({ start, minutes, doctorId }: Changes): boolean {
  return (start ?? minutes ?? doctorId) !== undefined;
}

function saveStateLabel(hasChanges: boolean, savedAtMs: number | null, timeZone: string): string {
  if (hasChanges) return "Your changes are not saved yet.";
  return savedAtMs === null ? "Others see your changes when you save." : `Saved at ${clockTime(savedAtMs, timeZone)}.`;
}
