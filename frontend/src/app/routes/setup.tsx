import { getRouteApi } from "@tanstack/react-router";
import { SetupView } from "@/features/scheduling/components/setup/setup-view";
import { paths } from "@/lib/paths";

const route = getRouteApi("/signed-in/setup/$section");

export function SetupPage() {
  const { section } = route.useParams();
  const { item } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SetupView
      section={section}
      item={item}
      onItem={(next, how) => void navigate({ to: paths.setup, params: { section }, search: { item: next }, ...how })}
    />
  );
}
