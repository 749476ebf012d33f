import { TriangleAlert } from "lucide-react";
import { lazy, Suspense } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Bar } from "@/components/ui/bar";
import { type Conflict, isStillConflicting } from "@/features/appointments/conflict";
import type { Fields } from "@/features/appointments/fields";

interface TimeNoticesProps {
  form: UseFormReturn<Fields>;
  conflict: Conflict | null;
  /** Whose time is taken, or which, is not as it was saved. */
  isChanged: boolean;
}

// Both are rare, and neither must take the page down with it when it cannot be loaded.
const ConflictNotice = lazy(() =>
  import("./conflict-notice").then(
    ({ ConflictNotice: TakenNotice }) => ({ default: TakenNotice }),
    () => ({ default: PlainConflictNotice }),
  ),
);
const HoursNotice = lazy(() =>
  import("./hours-notice").then(
    ({ HoursNotice }) => ({ default: HoursNotice }),
    () => ({ default: () => null }),
  ),
);

/** What is to be said of the time that was typed: that somebody has it, or that the doctor is not there. */
export function TimeNotices({ form, conflict, isChanged }: TimeNoticesProps) {
  const typed = form.watch();
  return (
    <>
      <div role="alert">
        {conflict && isStillConflicting(conflict, typed) && (
          <Suspense>
            <ConflictNotice form={form} evidence={conflict.evidence} />
          </Suspense>
        )}
      </div>
      <div role="status">
        {isChanged && (
          <Suspense>
            <HoursNotice typed={typed} />
          </Suspense>
        )}
      </div>
    </>
  );
}

function PlainConflictNotice() {
  return <Bar tone="lost" icon={TriangleAlert} title="Somebody else has this time. Choose another." />;
}
