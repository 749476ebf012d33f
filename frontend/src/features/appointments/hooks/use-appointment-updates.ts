import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { refetchIfOlder } from "@/features/appointments/api/appointment";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";

/** Refetches the appointment on live updates, also after a reconnect. */
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
