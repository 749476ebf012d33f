import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { usePublicApi } from "@/features/booking/hooks/visitor-context";
import { type Api, unwrap } from "@/lib/api/client";
import type { ManagedBooking, Slot } from "./types";

function getManagedBooking(api: Api, manageToken: string): Promise<ManagedBooking> {
  return unwrap(api.GET("/public/bookings/{manageToken}", { params: { path: { manageToken } } }));
}

function reschedule(api: Api, manageToken: string, { start, doctorId }: Slot): Promise<unknown> {
  const params = { path: { manageToken } };
  return unwrap(api.POST("/public/bookings/{manageToken}/reschedule", { params, body: { start, doctorId } }));
}

function cancel(api: Api, manageToken: string): Promise<unknown> {
  return unwrap(api.POST("/public/bookings/{manageToken}/cancel", { params: { path: { manageToken } }, body: {} }));
}

/** The query of a patient's own booking. */
export function managedBookingQuery(api: Api, manageToken: string) {
  return { queryKey: ["public booking", manageToken] as const, queryFn: () => getManagedBooking(api, manageToken) };
}

export function useManagedBooking(manageToken: string) {
  return useQuery(managedBookingQuery(usePublicApi(), manageToken));
}

function useBookingMutation<Input>(manageToken: string, mutate: (api: Api, input: Input) => Promise<unknown>) {
  const api = usePublicApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => mutate(api, input),
    // Also after a refusal: the page's data may be stale.
    onSettled: () => queries.invalidateQueries({ queryKey: managedBookingQuery(api, manageToken).queryKey }),
  });
}

export function useReschedule(manageToken: string) {
  return useBookingMutation(manageToken, (api, slot: Slot) => reschedule(api, manageToken, slot));
}

export function useCancel(manageToken: string) {
  return useBookingMutation<void>(manageToken, (api) => cancel(api, manageToken));
}
