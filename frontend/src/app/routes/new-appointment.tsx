import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Appointment } from "@/features/appointments/api/types";
import { NewAppointmentView } from "@/features/appointments/components/new-appointment-view";
import { paths } from "@/lib/paths";

const route = getRouteApi("/signed-in/appointments/new");

export function NewAppointmentPage() {
  const { date, doctor } = route.useSearch();
  const navigate = route.useNavigate();
  const open = useCallback(
    ({ id }: Appointment) => {
      void navigate({ to: paths.appointment, params: { appointmentId: id }, search: {}, replace: true });
    },
    [navigate],
  );
  return <NewAppointmentView date={date} doctorId={doctor} onCreated={open} />;
}
