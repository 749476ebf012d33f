import { clsx } from "clsx";

const isApple = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? "");

interface KbdProps {
  /** Key names as on the keyboard; `Mod` is Ctrl, or ⌘ on a Mac. */
  keys: string;
  className?: string;
}

/** A visible shortcut, on devices with a keyboard. Assistive technology reads `aria-keyshortcuts` instead. */
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
