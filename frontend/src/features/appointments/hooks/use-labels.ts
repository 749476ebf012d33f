import type { FieldValueLabels } from "@/features/appointments/fields";
import { statusLabel } from "@/features/appointments/status";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { useServices } from "@/features/scheduling/api/services";

/** Labels for status, doctor and service. */
export function useLabels(): FieldValueLabels {
  const { data: doctors, isError: hasNoDoctors } = useDoctors();
  const { data: services, isError: hasNoServices } = useServices();
  return {
    status: statusLabel,
    doctorId: (id) => (doctors ? (doctors.find(id)?.name ?? "Former doctor") : placeholder(hasNoDoctors)),
    serviceId: (id) => (services ? (services.get(id)?.name ?? "No longer offered") : placeholder(hasNoServices)),
  };
}

function placeholder(failed: boolean): string {
  return failed ? "Could not be loaded" : "Loading…";
}
