import { getRouteApi } from "@tanstack/react-router";
import { AppointmentView } from "@/features/appointments/components/appointment-view";

const route = getRouteApi("/signed-in/appointments/$appointmentId");

export function AppointmentPage() {
  const { appointmentId } = route.useParams();
  return <AppointmentView key={appointmentId} appointmentId={appointmentId} />;
}
