import { useQuery } from "@tanstack/react-query";
import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";
import { timing } from "@/lib/timing";

export type Service = components["schemas"]["Service"];

async function listServices(api: Api): Promise<Service[]> {
  return (await unwrap(api.GET("/services"))).items;
}

function indexed(services: Service[]): ReadonlyMap<string, Service> {
  return new Map(services.map((service) => [service.id, service]));
}

export function useServices() {
  const api = useApi();
  return useQuery({
    queryKey: ["services"],
    queryFn: () => listServices(api),
    select: indexed,
    staleTime: timing.setupStaleMs,
  });
}
