import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { refetchIfOlder } from "@/features/appointments/api/appointment";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";

/** Keeps the appointment on the screen as new as the server's, over reconnects too. */
export function useAppointmentUpdates(appointmentId: string): void {
  const realtime = useRealtime();
  const queries = useQueryClient();
  useEffect(
    () =>
      realtime.subscribe(appointmentId, (frame) => {
        if (frame.type === "appointment-updated" || frame.type === "snapshot") {
          refetchIfOlder(queries, appointmentId, frame.appointmentVersion);
        }
      }),
    [realtime, queries, appointmentId],
  );
}
