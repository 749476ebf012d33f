import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Api, unwrap } from "@/lib/api/client";
import type { components } from "@/lib/api/generated/schema";
import { useApi } from "@/lib/api/hooks/api-context";

type Schemas = components["schemas"];

/** The lists of the set-up; also their query keys. */
type Kind = "doctors" | "services" | "resources";

export type Resource = Schemas["Resource"];
/** A booked appointment that is now outside the doctor's working time. */
export type WorkingTimeConflict = Schemas["ConflictingAppointment"];
export type DoctorForm = Schemas["DoctorForm"];
export type ServiceForm = Schemas["ServiceForm"];
export type ResourceForm = Schemas["ResourceForm"];

export interface SaveRequest<Form> {
  /** Null for a new item. */
  id: string | null;
  form: Form;
}

export interface SavedItem {
  id: string;
  conflicts: WorkingTimeConflict[];
}

function useSetupMutation<Input>(kind: Kind, mutate: (api: Api, input: Input) => Promise<SavedItem>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => mutate(api, input),
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
  });
}

const withoutConflicts = ({ id }: { id: string }): SavedItem => ({ id, conflicts: [] });

export function useSaveDoctor() {
  return useSetupMutation("doctors", async (api, { id, form }: SaveRequest<DoctorForm>) => {
    if (id === null) return withoutConflicts(await unwrap(api.POST("/doctors", { body: form })));
    return unwrap(api.PATCH("/doctors/{doctorId}", { params: { path: { doctorId: id } }, body: form }));
  });
}

export function useArchiveDoctor() {
  return useSetupMutation("doctors", (api, doctorId: string) =>
    unwrap(api.DELETE("/doctors/{doctorId}", { params: { path: { doctorId } } })),
  );
}

export function useSaveService() {
  return useSetupMutation("services", async (api, { id, form }: SaveRequest<ServiceForm>) => {
    if (id === null) return withoutConflicts(await unwrap(api.POST("/services", { body: form })));
    const params = { path: { serviceId: id } };
    return withoutConflicts(await unwrap(api.PATCH("/services/{serviceId}", { params, body: form })));
  });
}

export function useArchiveService() {
  return useSetupMutation("services", async (api, serviceId: string) =>
    withoutConflicts(await unwrap(api.DELETE("/services/{serviceId}", { params: { path: { serviceId } } }))),
  );
}

export function useResources() {
  const api = useApi();
  return useQuery({
    queryKey: ["resources"],
    queryFn: async () => (await unwrap(api.GET("/resources"))).items,
  });
}

export function useSaveResource() {
  return useSetupMutation("resources", async (api, { id, form }: SaveRequest<ResourceForm>) => {
    if (id === null) return withoutConflicts(await unwrap(api.POST("/resources", { body: form })));
    const params = { path: { resourceId: id } };
    return withoutConflicts(await unwrap(api.PATCH("/resources/{resourceId}", { params, body: form })));
  });
}

export function useArchiveResource() {
  return useSetupMutation("resources", async (api, resourceId: string) =>
    withoutConflicts(await unwrap(api.DELETE("/resources/{resourceId}", { params: { path: { resourceId } } }))),
  );
}
