import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";
import { storeNewAppointment } from "./appointment";
import type { Appointment } from "./types";

export type NewAppointment = components["schemas"]["AppointmentForm"];

function createAppointment(api: Api, body: NewAppointment): Promise<Appointment> {
  return unwrap(api.POST("/appointments", { body }));
}

export function useCreateAppointment() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewAppointment) => createAppointment(api, body),
    onSuccess: (created) => storeNewAppointment(queries, created),
  });
}
