import { TriangleAlert } from "lucide-react";
import { lazy, Suspense } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Bar } from "@/components/ui/bar";
import type { Fields } from "@/features/appointments/fields";
import { type Refusal, stillStands } from "@/features/appointments/refusal";

interface TimeNoticesProps {
  form: UseFormReturn<Fields>;
  refusal: Refusal | null;
  /** Whose time is taken, or which, is not as it was saved. */
  isTouched: boolean;
}

// Both are rare, and neither must take the page down with it when it cannot be loaded.
const TakenNotice = lazy(() =>
  import("./taken-notice").then(
    ({ TakenNotice }) => ({ default: TakenNotice }),
    () => ({ default: TakenPlainly }),
  ),
);
const HoursNotice = lazy(() =>
  import("./hours-notice").then(
    ({ HoursNotice }) => ({ default: HoursNotice }),
    () => ({ default: () => null }),
  ),
);

/** What is to be said of the time that was typed: that somebody has it, or that the doctor is not there. */
export function TimeNotices({ form, refusal, isTouched }: TimeNoticesProps) {
  const typed = form.watch();
  return (
    <>
      <div role="alert">
        {refusal && stillStands(refusal, typed) && (
          <Suspense>
            <TakenNotice form={form} taken={refusal.taken} />
          </Suspense>
        )}
      </div>
      <div role="status">
        {isTouched && (
          <Suspense>
            <HoursNotice typed={typed} />
          </Suspense>
        )}
      </div>
    </>
  );
}

function TakenPlainly() {
  return <Bar tone="lost" icon={TriangleAlert} title="Somebody else has this time. Choose another." />;
}
