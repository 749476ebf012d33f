import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { LoadError } from "@/components/ui/load-error";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useManagedBooking } from "@/features/booking/api/managed-booking";
import type { ManageSearch } from "@/features/booking/search";
import { hasCode } from "@/lib/api/problem";
import { BookedView } from "./booked-view";
import { MoveView } from "./move-view";
import { PublicShell } from "./public-shell";

interface ManageViewProps {
  manageToken: string;
  search: ManageSearch;
  onSearchChange: (next: ManageSearch, how?: { replace: boolean }) => void;
  /** Renders a link to the practice's booking page. */
  linkToPractice: (slug: string, label: string) => ReactNode;
}

/** A patient's own page: the booking, and how to change it. */
export function ManageView({ manageToken, search, onSearchChange, linkToPractice }: ManageViewProps) {
  const { data: managed, error, refetch } = useManagedBooking(manageToken);
  return (
    <PublicShell practice={managed?.practice.name}>
      {managed && search.step === "moving" && managed.canChange ? (
        <MoveView manageToken={manageToken} managed={managed} search={search} onSearchChange={onSearchChange} />
      ) : managed ? (
        <BookedView
          manageToken={manageToken}
          managed={managed}
          isNew={search.step === "booked"}
          onMove={() => onSearchChange({ step: "moving" })}
          linkToPractice={linkToPractice}
        />
      ) : error ? (
        <NoBooking error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </PublicShell>
  );
}

function NoBooking({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (hasCode(error, "NOT_FOUND")) {
    return (
      <Notice page icon={SearchX} title="There is no appointment at this address">
        Check that the whole link was copied. If it still leads nowhere, ask the practice.
      </Notice>
    );
  }
  return <LoadError page large title="Your appointment could not be loaded" error={error} onRetry={onRetry} />;
}

function Loading() {
  return (
    <div aria-busy="true" className="space-y-4">
      <p role="status" className="sr-only">
        Loading your appointment…
      </p>
      <Skeleton className="h-9 w-72 max-w-full" />
      <Skeleton className="h-44 w-full" />
      <Skeleton className="h-11 w-full" />
    </div>
  );
}
