import { type QueryClient, useQuery } from "@tanstack/react-query";
import { usePublicApi } from "@/features/booking/hooks/visitor-context";
import { type Api, unwrap } from "@/lib/api/client";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { addDays, dayRange } from "@/lib/time/zone";
import { timing } from "@/lib/timing";
import type { Slot } from "./types";

/** `doctorId` is undefined for every doctor. */
export interface SlotQuery {
  slug: string;
  serviceId: string;
  doctorId: string | undefined;
}

export const WEEK_DAYS = 7;
const PAGE_SIZE = 1_000;

function fetchSlots(api: Api, { slug, serviceId, doctorId }: SlotQuery, when: object): Promise<{ slots: Slot[] }> {
  const params = { serviceId, ...(doctorId && { doctorIds: doctorId }), ...when };
  return unwrap(api.GET("/public/{slug}/availability", { params: { path: { slug }, query: params } }));
}

/** The slots of seven days from `from`, with dates in `timeZone`, in order of time. */
export async function listWeek(api: Api, query: SlotQuery, from: string, timeZone: string): Promise<Slot[]> {
  const to = dayRange(addDays(from, WEEK_DAYS - 1), timeZone).to;
  const found = new Map<string, Slot>();
  let begin = dayRange(from, timeZone).from;
  for (;;) {
    const { slots } = await fetchSlots(api, query, { from: begin, to, limit: PAGE_SIZE });
    for (const slot of slots) found.set(`${slot.start} ${slot.doctorId}`, slot);
    // A page may end between two doctors with one start, so the next one begins with that start again.
    const last = slots.at(-1)?.start;
    if (slots.length < PAGE_SIZE || !last || last === begin) return [...found.values()];
    begin = last;
  }
}

async function findNext(api: Api, query: SlotQuery): Promise<Slot | null> {
  const { slots } = await fetchSlots(api, query, { limit: 1 });
  return slots[0] ?? null;
}

/** The key of all cached times of a practice. */
const allTimesKey = (slug: string) => ["public", slug, "times"] as const;

export function useWeek(query: SlotQuery, from: string, timeZone: string) {
  const api = usePublicApi();
  const isLive = useConnectionState() === "open";
  return useQuery({
    queryKey: [...allTimesKey(query.slug), "week", query.serviceId, query.doctorId ?? null, timeZone, from],
    queryFn: () => listWeek(api, query, from, timeZone),
    refetchInterval: isLive ? false : timing.fallbackPollIntervalMs,
  });
}

/** The first free slot, or null. */
export function useNextFree(query: SlotQuery) {
  const api = usePublicApi();
  return useQuery({
    queryKey: [...allTimesKey(query.slug), "next", query.serviceId, query.doctorId ?? null],
    queryFn: () => findNext(api, query),
  });
}

/** Refetches the times on the screen now, the others when they are opened. */
export function refetchTimes(queries: QueryClient, slug: string): void {
  void queries.invalidateQueries({ queryKey: allTimesKey(slug) });
}

/** Marks all cached times as stale, without a refetch now. */
export function invalidateTimes(queries: QueryClient, slug: string): void {
  void queries.invalidateQueries({ queryKey: allTimesKey(slug), refetchType: "none" });
}
