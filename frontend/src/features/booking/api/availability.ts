import { type QueryClient, useQuery } from "@tanstack/react-query";
import { usePublicApi } from "@/features/booking/hooks/visitor-context";
import { type Api, answerOf } from "@/lib/api/client";
import { env } from "@/lib/env";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";
import { addDays, dayRange } from "@/lib/time/zone";
import type { Slot } from "./shapes";

/** Which times are looked for; of every doctor if none is named. */
export interface Search {
  slug: string;
  serviceId: string;
  doctorId: string | undefined;
}

export const WEEK_DAYS = 7;
const PAGE = 1_000;

function askFor(api: Api, { slug, serviceId, doctorId }: Search, when: object): Promise<{ slots: Slot[] }> {
  const query = { serviceId, ...(doctorId && { doctorIds: doctorId }), ...when };
  return answerOf(api.GET("/public/{slug}/availability", { params: { path: { slug }, query } }));
}

/** The slots of the seven days from `from` on, as dates are counted in `timeZone`; in order of time. */
export async function listWeek(api: Api, search: Search, from: string, timeZone: string): Promise<Slot[]> {
  const to = dayRange(addDays(from, WEEK_DAYS - 1), timeZone).to;
  const found = new Map<string, Slot>();
  let begin = dayRange(from, timeZone).from;
  for (;;) {
    const { slots } = await askFor(api, search, { from: begin, to, limit: PAGE });
    for (const slot of slots) found.set(`${slot.start} ${slot.doctorId}`, slot);
    // A page may end between two doctors of one time, so the next begins with that time again.
    const last = slots.at(-1)?.start;
    if (slots.length < PAGE || !last || last === begin) return [...found.values()];
    begin = last;
  }
}

async function findNext(api: Api, search: Search): Promise<Slot | null> {
  const { slots } = await askFor(api, search, { limit: 1 });
  return slots[0] ?? null;
}

/** All that is known of a practice's times, of whichever days. */
const everyTime = (slug: string) => ["public", slug, "times"] as const;

export function useWeek(search: Search, from: string, timeZone: string) {
  const api = usePublicApi();
  const hasNews = useConnectionState() === "open";
  return useQuery({
    queryKey: [...everyTime(search.slug), "week", search.serviceId, search.doctorId ?? null, timeZone, from],
    queryFn: () => listWeek(api, search, from, timeZone),
    refetchInterval: hasNews ? false : env.refreshMs,
  });
}

/** The first time that is free at all, or null. */
export function useNextFree(search: Search) {
  const api = usePublicApi();
  return useQuery({
    queryKey: [...everyTime(search.slug), "next", search.serviceId, search.doctorId ?? null],
    queryFn: () => findNext(api, search),
  });
}

/** What is on the screen is read again now; the rest when it is opened. */
export function readTimesAgain(queries: QueryClient, slug: string): void {
  void queries.invalidateQueries({ queryKey: everyTime(slug) });
}

/** Nothing is read now, but all of it when it is opened. */
export function markTimesOld(queries: QueryClient, slug: string): void {
  void queries.invalidateQueries({ queryKey: everyTime(slug), refetchType: "none" });
}
