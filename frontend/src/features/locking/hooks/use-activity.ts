import { useEffect } from "react";
import type { LockController } from "@/features/locking/controller";

const activityEvents = ["keydown", "pointerdown", "input", "wheel"] as const;

/** Reports user activity to the controller, which renews an own lock. */
export function useActivity(controller: Pick<LockController, "noteActivity">, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const note = () => controller.noteActivity();
    for (const sign of activityEvents) window.addEventListener(sign, note, { passive: true });
    return () => {
      for (const sign of activityEvents) window.removeEventListener(sign, note);
    };
  }, [controller, enabled]);
}
