import { LoadingText } from "@/components/ui/loading-text";
import { useServices } from "@/features/scheduling/api/services";

export function ServiceName({ serviceId }: { serviceId: string }) {
  const { data: services, isError } = useServices();
  if (!services) return <LoadingText failed={isError} />;
  const service = services.get(serviceId);
  return service ? `${service.name}, ${service.durationMinutes} min` : "No longer offered";
}
