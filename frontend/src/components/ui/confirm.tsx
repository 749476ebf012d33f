import { AlertDialog } from "radix-ui";
import type { ReactNode } from "react";

interface ConfirmProps {
  open: boolean;
  title: string;
  description: string;
  /** Called on Escape and on a press outside; must lose nothing. */
  onDismiss: () => void;
  /** The buttons, safest first. */
  children: ReactNode;
}

export function Confirm({ open, title, description, onDismiss, children }: ConfirmProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onDismiss()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-20 animate-fade bg-overlay" />
        <AlertDialog.Content className="fixed inset-x-4 top-1/2 z-30 mx-auto max-w-md -translate-y-1/2 animate-fade rounded-card border border-line bg-raised p-5 shadow-float">
          <AlertDialog.Title className="font-semibold text-lg">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-muted">{description}</AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
