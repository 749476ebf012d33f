import { Button } from "@/components/ui/button";
import { LazyConfirm } from "@/components/ui/lazy-confirm";

interface UnsavedChangesDialogProps {
  open: boolean;
  saving: boolean;
  onContinueEditing: () => void;
  onDiscard: () => void;
  onSave: () => void;
}

export function UnsavedChangesDialog({
  open,
  saving,
  onContinueEditing,
  onDiscard,
  onSave,
}: UnsavedChangesDialogProps) {
  return (
    <LazyConfirm
      open={open}
      title="Save your changes?"
      description="Others can edit this appointment as soon as you are done."
      onDismiss={onContinueEditing}
    >
      <Button variant="quiet" className="sm:mr-auto" onClick={onDiscard}>
        Discard changes
      </Button>
      <Button onClick={onContinueEditing}>Continue editing</Button>
      <Button variant="primary" busy={saving} onClick={onSave}>
        Save and finish
      </Button>
    </LazyConfirm>
  );
}
