import { type PointerEvent, useCallback } from "react";
import { useStore } from "@/lib/hooks/use-store";
import type { Pointer } from "@/lib/realtime/pointers";
import { useRealtime } from "./realtime-context";

/** Where the others' pointers are over the form of an appointment. */
export function usePointers(appointmentId: string): readonly Pointer[] {
  return useStore(useRealtime().pointers.at(appointmentId));
}

/** Shows the own pointer to the others: for the form's `onPointerMove`. */
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
