import type { Realtime } from "./client";

const inputEvents = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"] as const;

/**
 * Reports visibility, user input and connectivity changes to the connection. A machine that slept or changed
 * its network may have kept a dead socket open. Returns a function that stops it.
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
