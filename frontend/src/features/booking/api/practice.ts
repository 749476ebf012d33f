import { useQuery } from "@tanstack/react-query";
import { usePublicApi } from "@/features/booking/hooks/visitor-context";
import { type Api, unwrap } from "@/lib/api/client";
import { timing } from "@/lib/timing";
import type { Practice } from "./types";

function getPractice(api: Api, slug: string): Promise<Practice> {
  return unwrap(api.GET("/public/{slug}", { params: { path: { slug } } }));
}

export function usePractice(slug: string) {
  const api = usePublicApi();
  return useQuery({
    queryKey: ["public", slug],
    queryFn: () => getPractice(api, slug),
    staleTime: timing.setupStaleMs,
  });
}
