import { clsx } from "clsx";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";

const base =
  "inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-control font-medium transition-colors h-9 pointer-coarse:min-h-11 disabled:cursor-not-allowed disabled:opacity-60";

const variants = {
  primary: "bg-accent text-on-accent enabled:hover:bg-accent-hover",
  secondary: "border border-line bg-surface text-ink hover:bg-hover",
  quiet: "text-ink hover:bg-hover",
} as const;

const shapes = { text: "px-3", face: "px-1.5", icon: "w-9 pointer-coarse:w-11" } as const;

/** The classes of a button, for links and menus that look like one. */
export function buttonClass(variant: keyof typeof variants, shape: keyof typeof shapes = "text"): string {
  return clsx(base, variants[variant], shapes[shape]);
}

interface ButtonProps extends ComponentProps<"button"> {
  variant?: keyof typeof variants;
  /** Shows a spinner, sets aria-busy, and ignores further presses. */
  busy?: boolean;
  asChild?: boolean;
}

export function Button({ variant = "secondary", busy = false, asChild, className, ...props }: ButtonProps) {
  if (asChild) return <Slot.Root className={clsx(buttonClass(variant), className)} {...props} />;
  const { children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      className={clsx(buttonClass(variant), className)}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  );
}
