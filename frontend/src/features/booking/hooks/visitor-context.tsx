import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { visitorSocketUrl } from "@/features/booking/api/ws-ticket";
import { type Api, type ApiOptions, createApi } from "@/lib/api/client";
import { createRealtime, type RealtimeOptions } from "@/lib/realtime/client";
import { RealtimeProvider } from "@/lib/realtime/hooks/realtime-context";
import { watchPageLifecycle } from "@/lib/realtime/page-lifecycle";
import { systemClock } from "@/lib/time/clock";

export interface VisitorTransports {
  fetch?: ApiOptions["fetch"];
  WebSocket?: RealtimeOptions["WebSocket"];
}

interface Visitor {
  api: Api;
  WebSocket: RealtimeOptions["WebSocket"];
}

const VisitorContext = createContext<Visitor | null>(null);

/** Provides an API client without a token: the public pages ignore a signed-in member. */
export function VisitorProvider({ transports, children }: { transports: VisitorTransports; children: ReactNode }) {
  const [visitor] = useState<Visitor>(() => {
    const { fetch, WebSocket } = transports;
    const api = createApi({ token: () => null, onUnauthenticated: () => {}, ...(fetch && { fetch }) });
    return { api, WebSocket };
  });
  return <VisitorContext value={visitor}>{children}</VisitorContext>;
}

function useVisitor(): Visitor {
  const visitor = useContext(VisitorContext);
  if (!visitor) throw new Error("useVisitor needs a VisitorProvider above it.");
  return visitor;
}

export function usePublicApi(): Api {
  return useVisitor().api;
}

/** Provides a visitor's own connection, for slot updates of a practice. */
export function LivePractice({ slug, children }: { slug: string; children: ReactNode }) {
  const { api, WebSocket } = useVisitor();
  const [realtime] = useState(() =>
    createRealtime({ url: () => visitorSocketUrl(api, slug), clock: systemClock, WebSocket }),
  );
  useEffect(() => {
    realtime.start();
    const unwatch = watchPageLifecycle(realtime, window);
    return () => {
      unwatch();
      realtime.stop();
    };
  }, [realtime]);
  return <RealtimeProvider value={realtime}>{children}</RealtimeProvider>;
}
