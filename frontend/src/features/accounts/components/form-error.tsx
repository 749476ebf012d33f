import { CircleAlert } from "lucide-react";
import { errorMessage } from "@/lib/api/problem";

export function FormError({ error }: { error: unknown }) {
  return (
    <div role="alert">
      {error !== null && error !== undefined && (
        <p className="flex items-start gap-2 rounded-control border border-lost/40 bg-lost-soft p-3 text-lost-text">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {errorMessage(error)}
        </p>
      )}
    </div>
  );
}
