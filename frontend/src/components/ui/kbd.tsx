import { clsx } from "clsx";

const isApple = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? "");

interface KbdProps {
  /** Keys as they stand on the keyboard; `Mod` is Ctrl, and ⌘ on a Mac. */
  keys: string;
  className?: string;
}

/** A shortcut, shown where there is a keyboard. Assistive technology learns it from `aria-keyshortcuts`. */
export function Kbd({ keys, className }: KbdProps) {
  const shown = keys.replace("Mod", isApple ? "⌘" : "Ctrl").replaceAll("+", isApple ? "" : "+");
  return (
    <kbd
      aria-hidden
      className={clsx(
        "rounded-mark border border-current/30 px-1 font-sans text-xs leading-4 opacity-80 pointer-coarse:hidden",
        className,
      )}
    >
      {shown}
    </kbd>
  );
}
