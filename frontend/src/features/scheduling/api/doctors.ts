import { useQuery } from "@tanstack/react-query";
import { colorAt } from "@/components/ui/palette";
import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";
import { timing } from "@/lib/timing";

export type Doctor = components["schemas"]["Doctor"];

async function listDoctors(api: Api): Promise<Doctor[]> {
  return (await unwrap(api.GET("/doctors"))).items;
}

export interface Doctors {
  all: Doctor[];
  find: (id: string) => Doctor | undefined;
  /** The doctor's colour; up to ten doctors have different ones. */
  color: (id: string) => string;
}

function indexed(doctors: Doctor[]): Doctors {
  const byId = new Map(doctors.map((doctor) => [doctor.id, doctor]));
  const inOrderOfId = [...byId.keys()].sort();
  return { all: doctors, find: (id) => byId.get(id), color: (id) => colorAt(Math.max(0, inOrderOfId.indexOf(id))) };
}

export function useDoctors() {
  const api = useApi();
  return useQuery({
    queryKey: ["doctors"],
    queryFn: () => listDoctors(api),
    select: indexed,
    staleTime: timing.setupStaleMs,
  });
}
