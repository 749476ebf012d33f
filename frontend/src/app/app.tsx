import { type RouterHistory, RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Providers } from "./providers";
import { createAppRouter } from "./router";
import type { Services } from "./services";

interface AppProps {
  services: Services;
  history?: RouterHistory;
}

export function App({ services, history }: AppProps) {
  const [router] = useState(() => createAppRouter(services, history));
  // Signing in or out, also in another tab, changes which pages may be shown.
  useEffect(() => services.session.subscribe(() => void router.invalidate()), [services, router]);
  return (
    <Providers services={services}>
      <RouterProvider router={router} />
    </Providers>
  );
}
