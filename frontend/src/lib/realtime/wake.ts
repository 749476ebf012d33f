import type { Realtime } from "./client";

const signsOfLife = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"] as const;

/**
 * Tells the connection what becomes of the page: whether somebody looks at it and does something, and when a sleeping
 * or roaming machine may have kept a dead socket open.
 */
export function watchPage(realtime: Pick<Realtime, "probe" | "setVisible" | "noteInput">, page: Window): () => void {
  const seen = () => realtime.setVisible(page.document.visibilityState !== "hidden");
  const input = () => realtime.noteInput();
  const probe = () => realtime.probe();
  const changes = ["online", "offline", "pageshow"] as const;
  seen();
  page.document.addEventListener("visibilitychange", seen);
  for (const change of changes) page.addEventListener(change, probe);
  for (const sign of signsOfLife) page.addEventListener(sign, input, { passive: true, capture: true });
  return () => {
    page.document.removeEventListener("visibilitychange", seen);
    for (const change of changes) page.removeEventListener(change, probe);
    for (const sign of signsOfLife) page.removeEventListener(sign, input, { capture: true });
  };
}
