import { createContext, useContext } from "react";
import { useStore } from "@/lib/hooks/use-store";
import type { ConnectionState, Realtime } from "@/lib/realtime/client";

const RealtimeContext = createContext<Realtime | null>(null);

export const RealtimeProvider = RealtimeContext.Provider;

export function useRealtime(): Realtime {
  const realtime = useContext(RealtimeContext);
  if (!realtime) throw new Error("useRealtime needs a RealtimeProvider above it.");
  return realtime;
}

export function useConnectionState(): ConnectionState {
  return useStore(useRealtime().state);
}
