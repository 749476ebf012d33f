import { useStore } from "@/lib/hooks/use-store";
import type { Pointer } from "@/lib/realtime/pointers";
import { useRealtime } from "./realtime-context";

/** Where the others' pointers are over the form of an appointment. */
export function usePointers(appointmentId: string): readonly Pointer[] {
  return useStore(useRealtime().pointers.at(appointmentId));
}
