import { useEffect, useLayoutEffect, useRef } from "react";

export interface Shortcut {
  key: string;
  /** Ctrl, or ⌘ on a Mac. */
  mod?: boolean;
  enabled?: boolean;
  run: () => void;
}

/** A page-wide shortcut. Plain letters do nothing while the user types. */
export function useShortcut(shortcut: Shortcut): void {
  const latest = useRef(shortcut);
  // Before the paint, so that a key pressed right after "Saved" appears runs the new handler.
  useLayoutEffect(() => {
    latest.current = shortcut;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!matches(latest.current, event)) return;
      event.preventDefault();
      latest.current.run();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

function matches({ key, mod = false, enabled = true }: Shortcut, event: KeyboardEvent): boolean {
  if (!enabled || event.defaultPrevented || event.isComposing || event.repeat) return false;
  if (event.key.toLowerCase() !== key.toLowerCase()) return false;
  if ((event.ctrlKey || event.metaKey) !== mod || event.altKey) return false;
  if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]")) return false;
  return mod || key.length > 1 || !isTyping(event.target);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLSelectElement) return true;
  const typed = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return typed && !target.readOnly && !target.disabled;
}
