import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Announcer } from "@/components/ui/announcer";
import { SessionProvider } from "@/features/accounts/hooks/session-context";
import { ApiProvider } from "@/lib/api/hooks/api-context";
import { RealtimeProvider } from "@/lib/realtime/hooks/realtime-context";
import { TabProvider } from "@/lib/realtime/hooks/tab-context";
import type { Services } from "./services";

export function Providers({ services, children }: { services: Services; children: ReactNode }) {
  return (
    <TabProvider value={services.tabId}>
      <SessionProvider value={services.session}>
        <ApiProvider value={services.api}>
          <RealtimeProvider value={services.realtime}>
            <QueryClientProvider client={services.queries}>
              <Announcer>{children}</Announcer>
            </QueryClientProvider>
          </RealtimeProvider>
        </ApiProvider>
      </SessionProvider>
    </TabProvider>
  );
}
