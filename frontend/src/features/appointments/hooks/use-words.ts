import type { Words } from "@/features/appointments/fields";
import { statusWord } from "@/features/appointments/status";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { useServices } from "@/features/scheduling/api/services";

/** What to call what is chosen from a list. */
export function useWords(): Words {
  const { data: doctors, isError: hasNoDoctors } = useDoctors();
  const { data: services, isError: hasNoServices } = useServices();
  return {
    status: statusWord,
    doctorId: (id) => (doctors ? (doctors.find(id)?.name ?? "Former doctor") : missing(hasNoDoctors)),
    serviceId: (id) => (services ? (services.get(id)?.name ?? "No longer offered") : missing(hasNoServices)),
  };
}

function missing(failed: boolean): string {
  return failed ? "Could not be loaded" : "Loading…";
}
