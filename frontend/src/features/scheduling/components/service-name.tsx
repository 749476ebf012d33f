import { Awaited } from "@/components/ui/awaited";
import { useServices } from "@/features/scheduling/api/services";

export function ServiceName({ serviceId }: { serviceId: string }) {
  const { data: services, isError } = useServices();
  if (!services) return <Awaited failed={isError} />;
  const service = services.get(serviceId);
  return service ? `${service.name}, ${service.durationMinutes} min` : "No longer offered";
}
