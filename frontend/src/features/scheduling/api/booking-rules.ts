import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";

export type BookingRules = components["schemas"]["BookingRules"];

const queryKey = ["booking rules"] as const;

export function useBookingRules() {
  const api = useApi();
  return useQuery({ queryKey, queryFn: () => unwrap(api.GET("/booking-rules")) });
}

export function useSaveBookingRules() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: BookingRules) => unwrap(api.PUT("/booking-rules", { body })),
    onSuccess: (saved) => queries.setQueryData(queryKey, saved),
  });
}
