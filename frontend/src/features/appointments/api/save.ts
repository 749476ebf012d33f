import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SaveFields } from "@/features/appointments/fields";
import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";
import { storeAppointment } from "./appointment";

export type SaveAppointment = SaveFields & { version: number; lockId: string };
type SavedAppointment = components["schemas"]["SavedAppointment"];

export function saveAppointment(api: Api, appointmentId: string, body: SaveAppointment): Promise<SavedAppointment> {
  return unwrap(api.PUT("/appointments/{appointmentId}", { params: { path: { appointmentId } }, body }));
}

export function useSaveAppointment(appointmentId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SaveAppointment) => saveAppointment(api, appointmentId, body),
    onSuccess: ({ version, updatedAt, updatedBy }, { version: _before, lockId: _lockId, ...changes }) =>
      storeAppointment(queries, appointmentId, { version, updatedAt, updatedBy, ...changes }),
  });
}
