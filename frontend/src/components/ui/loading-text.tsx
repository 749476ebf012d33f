import { Skeleton } from "./skeleton";

/** A placeholder for text that is still loading, or could not be loaded. */
export function LoadingText({ failed }: { failed: boolean }) {
  return (
    <span className="inline-flex items-center text-muted">
      {failed ? <span aria-hidden>–</span> : <Skeleton className="h-4 w-28" />}
      <span className="sr-only">{failed ? "could not be loaded" : "loading…"}</span>
    </span>
  );
}
