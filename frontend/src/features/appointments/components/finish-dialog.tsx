import { Button } from "@/components/ui/button";
import { ConfirmLater } from "@/components/ui/confirm-later";

interface FinishDialogProps {
  open: boolean;
  saving: boolean;
  onKeepEditing: () => void;
  onDiscard: () => void;
  onSave: () => void;
}

export function FinishDialog({ open, saving, onKeepEditing, onDiscard, onSave }: FinishDialogProps) {
  return (
    <ConfirmLater
      open={open}
      title="Save your changes?"
      description="Others can edit this appointment as soon as you are done."
      onDismiss={onKeepEditing}
    >
      <Button variant="quiet" className="sm:mr-auto" onClick={onDiscard}>
        Discard changes
      </Button>
      <Button onClick={onKeepEditing}>Continue editing</Button>
      <Button variant="primary" busy={saving} onClick={onSave}>
        Save and finish
      </Button>
    </ConfirmLater>
  );
}
