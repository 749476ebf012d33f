import { type QueryClient, useQuery } from "@tanstack/react-query";
import { type Api, answerOf } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";
import { env } from "@/lib/env";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { everyDay } from "./day";

export type Appointment = components["schemas"]["Appointment"];

export function getAppointment(api: Api, appointmentId: string): Promise<Appointment> {
  return answerOf(api.GET("/appointments/{appointmentId}", { params: { path: { appointmentId } } }));
}

const keyOf = (appointmentId: string) => ["appointment", appointmentId] as const;

export function useAppointment(appointmentId: string) {
  const api = useApi();
  const hasNews = useConnectionState() === "open";
  return useQuery({
    queryKey: keyOf(appointmentId),
    queryFn: () => getAppointment(api, appointmentId),
    refetchInterval: hasNews ? false : env.refreshMs,
  });
}

/** Puts in what a save or a refusal brought, unless something newer is known already. */
export function storeAppointment(
  queries: QueryClient,
  appointmentId: string,
  news: Partial<Appointment> & { version: number },
): void {
  queries.setQueryData<Appointment>(keyOf(appointmentId), (known) =>
    known && news.version > known.version ? { ...known, ...news } : known,
  );
  void queries.invalidateQueries({ queryKey: everyDay });
}

/** Saves the page of what was entered just now a question. */
export function storeNewAppointment(queries: QueryClient, created: Appointment): void {
  queries.setQueryData(keyOf(created.id), created);
  void queries.invalidateQueries({ queryKey: everyDay });
}

/** Reads it again if the server has told of a version that is not known yet. */
export function heardOfVersion(queries: QueryClient, appointmentId: string, version: number): void {
  const known = queries.getQueryData<Appointment>(keyOf(appointmentId));
  if (known && known.version >= version) return;
  void queries.invalidateQueries({ queryKey: keyOf(appointmentId) });
  void queries.invalidateQueries({ queryKey: everyDay });
}
