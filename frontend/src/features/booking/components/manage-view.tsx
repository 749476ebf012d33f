import { CircleAlert, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useManagedBooking } from "@/features/booking/api/managed-booking";
import { errorMessage, hasCode } from "@/lib/api/problem";
import { BookedView } from "./booked-view";
import { MoveView } from "./move-view";
import { PublicShell } from "./public-shell";

export interface ManageSearch {
  step?: "booked" | "moving" | undefined;
  date?: string | undefined;
  zone?: string | undefined;
}

interface ManageViewProps {
  manageToken: string;
  search: ManageSearch;
  onSearchChange: (next: ManageSearch, how?: { replace: boolean }) => void;
  /** To the practice's booking page, by a link that looks as it should there. */
  linkToPractice: (slug: string, label: string) => ReactNode;
}

/** A patient's own page: what is booked, and what can still be done about it. */
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
  return (
    <Notice
      page
      role="alert"
      icon={CircleAlert}
      title="Your appointment could not be loaded"
      actions={
        <Button variant="primary" className="min-h-11" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {errorMessage(error)}
    </Notice>
  );
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
