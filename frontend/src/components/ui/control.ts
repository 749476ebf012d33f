import { clsx } from "clsx";

/** The common classes of inputs, text areas and selects. */
export function controlClass(className?: string): string {
  return clsx(
    "w-full rounded-control border border-control-line bg-surface px-3 text-ink transition-colors",
    "placeholder:text-muted aria-invalid:border-lost",
    "focus-visible:border-accent-text focus-visible:outline-1 focus-visible:outline-offset-0",
    "[&[readonly]]:border-line [&[readonly]]:bg-sunken",
    className,
  );
}
