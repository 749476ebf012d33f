import { getRouteApi } from "@tanstack/react-router";
import { DayView } from "@/features/appointments/components/day-view";
import { paths } from "@/lib/paths";

const route = getRouteApi("/signed-in/appointments");

export function DayPage() {
  const { date, doctor } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <DayView
      date={date}
      doctorId={doctor}
      onChange={(next) =>
        void navigate({
          to: paths.appointments,
          search: (before) => {
            const { date, doctor } = { ...before, ...next };
            return { ...(date && { date }), ...(doctor && { doctor }) };
          },
        })
      }
    />
  );
}
