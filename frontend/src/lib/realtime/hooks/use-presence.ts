import { useEffect } from "react";
import { useStore } from "@/lib/hooks/use-store";
import type { Activity } from "@/lib/realtime/presence";
import type { Peer } from "@/lib/realtime/presence-reducer";
import { useRealtime } from "./realtime-context";

/** The peers at an appointment that the page follows. */
export function usePeers(appointmentId: string): readonly Peer[] {
  return useStore(useRealtime().presence.peers(appointmentId));
}

/** Publishes this page's activity on an appointment while it is mounted. */
export function useOwnPresence(appointmentId: string, activity: Activity): void {
  const { presence } = useRealtime();
  useEffect(() => presence.setState(appointmentId, activity), [presence, appointmentId, activity]);
  useEffect(() => () => presence.setState(appointmentId, null), [presence, appointmentId]);
}
