import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Api, answerOf } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";

type Schemas = components["schemas"];

/** What can be set up in lists, and the query that shows it. */
type Kind = "doctors" | "services" | "resources";

export type Resource = Schemas["Resource"];
/** A booked appointment that does not lie in the doctor's working time any more. */
export type Misfit = Schemas["Misfit"];
export type DoctorForm = Schemas["DoctorForm"];
export type ServiceForm = Schemas["ServiceForm"];
export type ResourceForm = Schemas["ResourceForm"];

interface Change<Form> {
  /** Null for a new one. */
  id: string | null;
  form: Form;
}

export interface Changed {
  id: string;
  conflicts: Misfit[];
}

function useSetupChange<Given>(kind: Kind, change: (api: Api, given: Given) => Promise<Changed>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => change(api, given),
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
  });
}

const without = ({ id }: { id: string }): Changed => ({ id, conflicts: [] });

export function useSaveDoctor() {
  return useSetupChange("doctors", async (api, { id, form }: Change<DoctorForm>) => {
    if (id === null) return without(await answerOf(api.POST("/doctors", { body: form })));
    return answerOf(api.PATCH("/doctors/{doctorId}", { params: { path: { doctorId: id } }, body: form }));
  });
}

export function useArchiveDoctor() {
  return useSetupChange("doctors", (api, doctorId: string) =>
    answerOf(api.DELETE("/doctors/{doctorId}", { params: { path: { doctorId } } })),
  );
}

export function useSaveService() {
  return useSetupChange("services", async (api, { id, form }: Change<ServiceForm>) => {
    if (id === null) return without(await answerOf(api.POST("/services", { body: form })));
    const params = { path: { serviceId: id } };
    return without(await answerOf(api.PATCH("/services/{serviceId}", { params, body: form })));
  });
}

export function useArchiveService() {
  return useSetupChange("services", async (api, serviceId: string) =>
    without(await answerOf(api.DELETE("/services/{serviceId}", { params: { path: { serviceId } } }))),
  );
}

export function useResources() {
  const api = useApi();
  return useQuery({
    queryKey: ["resources"],
    queryFn: async () => (await answerOf(api.GET("/resources"))).items,
  });
}

export function useSaveResource() {
  return useSetupChange("resources", async (api, { id, form }: Change<ResourceForm>) => {
    if (id === null) return without(await answerOf(api.POST("/resources", { body: form })));
    const params = { path: { resourceId: id } };
    return without(await answerOf(api.PATCH("/resources/{resourceId}", { params, body: form })));
  });
}

export function useArchiveResource() {
  return useSetupChange("resources", async (api, resourceId: string) =>
    without(await answerOf(api.DELETE("/resources/{resourceId}", { params: { path: { resourceId } } }))),
  );
}
