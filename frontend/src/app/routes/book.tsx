import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { BookingView } from "@/features/booking/components/booking-view";
import { VisitorProvider } from "@/features/booking/hooks/visitor-context";
import { paths } from "@/lib/paths";

const route = getRouteApi("/p/$slug");

export function BookPage() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const { transports } = route.useRouteContext();
  const navigate = route.useNavigate();
  const changeSearch = useCallback(
    (next: typeof search, how?: { replace: boolean }) => {
      void navigate({
        to: paths.book,
        params: { slug },
        search: (before) => ({ ...before, ...next }),
        resetScroll: !("date" in next || "zone" in next),
        ...how,
      });
    },
    [navigate, slug],
  );
  return (
    <VisitorProvider transports={transports}>
      <BookingView
        key={slug}
        slug={slug}
        search={search}
        onSearchChange={changeSearch}
        onBooked={(manageToken) =>
          void navigate({
            to: paths.booking,
            params: { manageToken },
            search: { step: "booked" },
            replace: true,
          })
        }
      />
    </VisitorProvider>
  );
}
