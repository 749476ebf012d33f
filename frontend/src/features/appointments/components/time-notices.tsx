import { TriangleAlert } from "lucide-react";
import { lazy, Suspense } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Bar } from "@/components/ui/bar";
import { type Conflict, isStillConflicting } from "@/features/appointments/conflict";
import type { Fields } from "@/features/appointments/fields";

interface TimeNoticesProps {
  form: UseFormReturn<Fields>;
  conflict: Conflict | null;
  /** The time or the doctor differs from what is saved. */
  isChanged: boolean;
}

// Both are rare, so they load on demand. A failed load must not break the page.
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

/** Notices about the typed time: a conflict, or a time outside working hours. */
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
