import { useEffect } from "react";
import { useStore } from "@/lib/hooks/use-store";
import type { Person } from "@/lib/realtime/members";
import type { Doing } from "@/lib/realtime/presence";
import { useRealtime } from "./realtime-context";

/** The others who have an appointment open; the page follows it too. */
export function usePresence(appointmentId: string): readonly Person[] {
  return useStore(useRealtime().presence.who(appointmentId));
}

/** Tells the others what this page does with an appointment, for as long as it is on the screen. */
export function useOwnPresence(appointmentId: string, doing: Doing): void {
  const { presence } = useRealtime();
  useEffect(() => presence.setState(appointmentId, doing), [presence, appointmentId, doing]);
  useEffect(() => () => presence.setState(appointmentId, null), [presence, appointmentId]);
}
