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
  /** There may be something to ask before long: loaded in advance, it asks without a connection too. */
  preload?: boolean;
}

/** A `Confirm` that is not part of the page's first load. */
export function LazyConfirm({ preload = false, ...confirm }: LazyConfirmProps) {
  const [isNeeded, setIsNeeded] = useState(false);
  if (!isNeeded && (preload || confirm.open)) setIsNeeded(true);
  return <Suspense>{isNeeded && <Loaded {...confirm} />}</Suspense>;
}

/** What could not be loaded is asked all the same. */
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
