import { getRouteApi, Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/ui/button";
import { ManageView } from "@/features/booking/components/manage-view";
import { VisitorProvider } from "@/features/booking/hooks/visitor-context";
import { paths } from "@/lib/paths";

const route = getRouteApi("/b/$manageToken");

export function ManagePage() {
  const { manageToken } = route.useParams();
  const search = route.useSearch();
  const { transports } = route.useRouteContext();
  const navigate = route.useNavigate();
  return (
    <VisitorProvider transports={transports}>
      <ManageView
        key={manageToken}
        manageToken={manageToken}
        search={search}
        onSearchChange={(next, how) =>
          void navigate({
            to: paths.booking,
            params: { manageToken },
            search: (before) => ({ ...before, ...next }),
            resetScroll: "step" in next,
            ...how,
          })
        }
        linkToPractice={(slug, label) => (
          <Link to={paths.book} params={{ slug }} className={`${buttonClass("primary")} min-h-11`}>
            {label}
          </Link>
        )}
      />
    </VisitorProvider>
  );
}
