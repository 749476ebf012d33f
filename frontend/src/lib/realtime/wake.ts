import type { Realtime } from "./client";

/** A sleeping or roaming machine often keeps a dead socket open; ask as soon as something may have changed. */
export function probeOnWake(realtime: Pick<Realtime, "probe">, page: Window): () => void {
  const visible = () => page.document.visibilityState === "visible" && realtime.probe();
  page.addEventListener("online", realtime.probe);
  page.addEventListener("offline", realtime.probe);
  page.document.addEventListener("visibilitychange", visible);
  return () => {
    page.removeEventListener("online", realtime.probe);
    page.removeEventListener("offline", realtime.probe);
    page.document.removeEventListener("visibilitychange", visible);
  };
}
