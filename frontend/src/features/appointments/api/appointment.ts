import { type QueryClient, useQuery } from "@tanstack/react-query";
import { type Api, unwrap } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { timing } from "@/lib/timing";
import { allDaysKey } from "./day";
import type { Appointment } from "./types";

export function getAppointment(api: Api, appointmentId: string): Promise<Appointment> {
  return unwrap(api.GET("/appointments/{appointmentId}", { params: { path: { appointmentId } } }));
}

const appointmentKey = (appointmentId: string) => ["appointment", appointmentId] as const;

export function useAppointment(appointmentId: string) {
  const api = useApi();
  const isLive = useConnectionState() === "open";
  return useQuery({
    queryKey: appointmentKey(appointmentId),
    queryFn: () => getAppointment(api, appointmentId),
    refetchInterval: isLive ? false : timing.fallbackPollIntervalMs,
  });
}

/** Merges a saved or current version into the cache, unless a newer one is there. */
export function storeAppointment(
  queries: QueryClient,
  appointmentId: string,
  update: Partial<Appointment> & { version: number },
): void {
  queries.setQueryData<Appointment>(appointmentKey(appointmentId), (known) =>
    known && update.version > known.version ? { ...known, ...update } : known,
  );
  void queries.invalidateQueries({ queryKey: allDaysKey });
}

/** Caches a new appointment, so that its page needs no request. */
export function storeNewAppointment(queries: QueryClient, created: Appointment): void {
  queries.setQueryData(appointmentKey(created.id), created);
  void queries.invalidateQueries({ queryKey: allDaysKey });
}

/** Refetches the appointment if the cached version is older. */
export function refetchIfOlder(queries: QueryClient, appointmentId: string, version: number): void {
  const known = queries.getQueryData<Appointment>(appointmentKey(appointmentId));
  if (known && known.version >= version) return;
  void queries.invalidateQueries({ queryKey: appointmentKey(appointmentId) });
  void queries.invalidateQueries({ queryKey: allDaysKey });
}
