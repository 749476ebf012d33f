import { Skeleton } from "./skeleton";

/** Stands for words that are still on their way, or could not be had: never a guess. */
export function LoadingText({ failed }: { failed: boolean }) {
  return (
    <span className="inline-flex items-center text-muted">
      {failed ? <span aria-hidden>–</span> : <Skeleton className="h-4 w-28" />}
      <span className="sr-only">{failed ? "could not be loaded" : "loading…"}</span>
    </span>
  );
}
