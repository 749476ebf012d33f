import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import type { LockPhase } from "@/features/locking/machine";

interface EditorActionsProps {
  phase: LockPhase;
  canEdit: boolean;
  /** An unsaved draft is shown, with its own actions. */
  hasDraft: boolean;
  saving: boolean;
  onEdit: () => void;
  onCancel: () => void;
  onSave: () => void;
  onDone: () => void;
  onDismissLoss: () => void;
}

export function EditorActions(props: EditorActionsProps) {
  switch (props.phase) {
    case "free":
      return props.canEdit && !props.hasDraft ? (
        <Button variant="primary" aria-keyshortcuts="E" onClick={props.onEdit}>
          Edit <Kbd keys="E" />
        </Button>
      ) : null;
    case "acquiring":
      return (
        <>
          <Button variant="primary" busy>
            Edit
          </Button>
          <Button onClick={props.onCancel}>Cancel</Button>
        </>
      );
    case "mine":
      return (
        <>
          <Button variant="primary" aria-keyshortcuts="Control+S Meta+S" busy={props.saving} onClick={props.onSave}>
            Save <Kbd keys="Mod+S" />
          </Button>
          <Button aria-keyshortcuts="Escape" onClick={props.onDone}>
            Done <Kbd keys="Esc" />
          </Button>
        </>
      );
    case "lost":
      return props.hasDraft ? null : <Button onClick={props.onDismissLoss}>OK</Button>;
    default:
      return null;
  }
}
