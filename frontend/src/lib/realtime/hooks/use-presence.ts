import { useEffect } from "react";
import { useStore } from "@/lib/hooks/use-store";
import type { Activity } from "@/lib/realtime/presence";
import type { Peer } from "@/lib/realtime/presence-reducer";
import { useRealtime } from "./realtime-context";

/** The others who have an appointment open; the page follows it too. */
export function usePeers(appointmentId: string): readonly Peer[] {
  return useStore(useRealtime().presence.peers(appointmentId));
}

/** Tells the others what this page does with an appointment, for as long as it is on the screen. */
export function useOwnPresence(appointmentId: string, activity: Activity): void {
  const { presence } = useRealtime();
  useEffect(() => presence.setState(appointmentId, activity), [presence, appointmentId, activity]);
  useEffect(() => () => presence.setState(appointmentId, null), [presence, appointmentId]);
}
