import { type ComponentProps, lazy, Suspense, useState } from "react";
import type { Confirm } from "./confirm";

type ConfirmProps = ComponentProps<typeof Confirm>;

const Loaded = lazy(() =>
  import("./confirm").then(
    ({ Confirm }) => ({ default: Confirm }),
    () => ({ default: PlainConfirm }),
  ),
);

interface LazyConfirmProps extends ConfirmProps {
  /** Loads the dialog before it opens, so that it works without a connection. */
  preload?: boolean;
}

/** A `Confirm` outside the page's first load. */
export function LazyConfirm({ preload = false, ...confirm }: LazyConfirmProps) {
  const [isNeeded, setIsNeeded] = useState(false);
  if (!isNeeded && (preload || confirm.open)) setIsNeeded(true);
  return <Suspense>{isNeeded && <Loaded {...confirm} />}</Suspense>;
}

/** The fallback when the dialog's script could not be loaded. */
function PlainConfirm({ open, title, description, children }: ConfirmProps) {
  return (
    open && (
      <div
        role="alertdialog"
        aria-label={title}
        className="fixed inset-x-4 bottom-4 z-30 rounded-card border border-line bg-raised p-5 shadow-float"
      >
        <p>{description}</p>
        <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
      </div>
    )
  );
}
