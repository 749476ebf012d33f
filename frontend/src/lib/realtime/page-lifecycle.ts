import type { Realtime } from "./client";

const inputEvents = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"] as const;

/**
 * Tells the connection what becomes of the page: whether somebody looks at it and does something, and when a sleeping
 * or roaming machine may have kept a dead socket open.
 */
export function watchPageLifecycle(
  realtime: Pick<Realtime, "checkAlive" | "setVisible" | "noteInput">,
  page: Window,
): () => void {
  const updateVisibility = () => realtime.setVisible(page.document.visibilityState !== "hidden");
  const noteInput = () => realtime.noteInput();
  const checkAlive = () => realtime.checkAlive();
  const connectivityEvents = ["online", "offline", "pageshow"] as const;
  updateVisibility();
  page.document.addEventListener("visibilitychange", updateVisibility);
  for (const change of connectivityEvents) page.addEventListener(change, checkAlive);
  for (const sign of inputEvents) page.addEventListener(sign, noteInput, { passive: true, capture: true });
  return () => {
    page.document.removeEventListener("visibilitychange", updateVisibility);
    for (const change of connectivityEvents) page.removeEventListener(change, checkAlive);
    for (const sign of inputEvents) page.removeEventListener(sign, noteInput, { capture: true });
  };
}
