import { type PointerEvent, useCallback } from "react";
import { useStore } from "@/lib/hooks/use-store";
import type { Pointer } from "@/lib/realtime/pointers";
import { useRealtime } from "./realtime-context";

/** The peers' pointers over an appointment's form. */
export function usePointers(appointmentId: string): readonly Pointer[] {
  return useStore(useRealtime().pointers.at(appointmentId));
}

/** A handler for the form's `onPointerMove` that sends the own pointer. */
export function useOwnPointer(appointmentId: string): (event: PointerEvent<Element>) => void {
  const { pointers } = useRealtime();
  return useCallback(
    ({ currentTarget, clientX, clientY }) => {
      const { left, top, width, height } = currentTarget.getBoundingClientRect();
      if (width > 0 && height > 0) {
        pointers.move(appointmentId, { x: (clientX - left) / width, y: (clientY - top) / height });
      }
    },
    [pointers, appointmentId],
  );
}
