import { useQuery } from "@tanstack/react-query";
import { usePublicApi } from "@/features/booking/hooks/visitor-context";
import { type Api, unwrap } from "@/lib/api/client";
import type { Practice } from "./types";

const STALE_TIME_MS = 5 * 60_000;

function getPractice(api: Api, slug: string): Promise<Practice> {
  return unwrap(api.GET("/public/{slug}", { params: { path: { slug } } }));
}

export function usePractice(slug: string) {
  const api = usePublicApi();
  return useQuery({
    queryKey: ["public", slug],
    queryFn: () => getPractice(api, slug),
    staleTime: STALE_TIME_MS,
  });
}
