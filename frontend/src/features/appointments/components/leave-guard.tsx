import { useBlocker } from "@tanstack/react-router";
import { Button } from "@/components/ui/button";
import { LazyConfirm } from "@/components/ui/lazy-confirm";

interface LeaveGuardProps {
  hasUnsaved: boolean;
  onLeave: () => void;
}

/** Asks before a navigation discards unsaved text. */
export function LeaveGuard({ hasUnsaved, onLeave }: LeaveGuardProps) {
  const blocker = useBlocker({
    shouldBlockFn: () => hasUnsaved,
    enableBeforeUnload: () => hasUnsaved,
    withResolver: true,
  });
  return (
    <LazyConfirm
      preload={hasUnsaved}
      open={blocker.status === "blocked"}
      title="Leave without saving?"
      description="The text that you typed here is not saved and will be gone."
      onDismiss={() => blocker.reset?.()}
    >
      <Button
        onClick={() => {
          onLeave();
          blocker.proceed?.();
        }}
      >
        Leave without saving
      </Button>
      <Button variant="primary" onClick={() => blocker.reset?.()}>
        Stay
      </Button>
    </LazyConfirm>
  );
}
