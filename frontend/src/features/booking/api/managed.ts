import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { usePublicApi } from "@/features/booking/hooks/visitor-context";
import { type Api, answerOf } from "@/lib/api/client";
import type { Managed, Slot } from "./shapes";

function getManaged(api: Api, manageToken: string): Promise<Managed> {
  return answerOf(api.GET("/public/bookings/{manageToken}", { params: { path: { manageToken } } }));
}

function reschedule(api: Api, manageToken: string, { start, doctorId }: Slot): Promise<unknown> {
  const params = { path: { manageToken } };
  return answerOf(api.POST("/public/bookings/{manageToken}/reschedule", { params, body: { start, doctorId } }));
}

function cancel(api: Api, manageToken: string): Promise<unknown> {
  return answerOf(api.POST("/public/bookings/{manageToken}/cancel", { params: { path: { manageToken } }, body: {} }));
}

/** The query of a patient's own booking. */
export function managedQuery(api: Api, manageToken: string) {
  return { queryKey: ["public booking", manageToken] as const, queryFn: () => getManaged(api, manageToken) };
}

export function useManaged(manageToken: string) {
  return useQuery(managedQuery(usePublicApi(), manageToken));
}

function useChange<Given>(manageToken: string, change: (api: Api, given: Given) => Promise<unknown>) {
  const api = usePublicApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => change(api, given),
    // Also after a refusal: it may be the page that knows too little.
    onSettled: () => queries.invalidateQueries({ queryKey: managedQuery(api, manageToken).queryKey }),
  });
}

export function useReschedule(manageToken: string) {
  return useChange(manageToken, (api, slot: Slot) => reschedule(api, manageToken, slot));
}

export function useCancel(manageToken: string) {
  return useChange<void>(manageToken, (api) => cancel(api, manageToken));
}
