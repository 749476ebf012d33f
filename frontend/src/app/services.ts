import { QueryClient } from "@tanstack/react-query";
import { refreshSession } from "@/features/accounts/api/refresh";
import { createSessionStore, type SessionStore } from "@/features/accounts/session";
import { startSessionRefresh } from "@/features/accounts/session-refresh";
import { webSocketUrl } from "@/features/realtime/api/ws-ticket";
import { type Api, type ApiOptions, createApi } from "@/lib/api/client";
import { retryDelayMs } from "@/lib/api/problem";
import { createRealtime, type Realtime, type RealtimeOptions } from "@/lib/realtime/client";
import { watchPageLifecycle } from "@/lib/realtime/page-lifecycle";
import { systemClock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";

/** The page's services. Created once in main.tsx, and once per test with other transports. */
export interface Services {
  session: SessionStore;
  api: Api;
  realtime: Realtime;
  queries: QueryClient;
  tabId: string;
  /** For the public pages, which have their own client and connection. */
  transports: Omit<Transports, "tabId">;
  /** Starts the connection and the session refresh of a signed-in member. Returns a function that stops them. */
  startMember: () => () => void;
}

export interface Transports {
  tabId: string;
  fetch?: ApiOptions["fetch"];
  WebSocket?: RealtimeOptions["WebSocket"];
}

const MAX_RETRIES = 2;

export function createServices({ tabId, ...transports }: Transports): Services {
  const { fetch, WebSocket } = transports;
  const session = createSessionStore(localStorage, window);
  const api = createApi({
    token: () => session.get()?.token ?? null,
    onUnauthenticated: () => session.set(null),
    ...(fetch && { fetch }),
  });
  const realtime = createRealtime({
    url: () => webSocketUrl(api, tabId),
    clock: systemClock,
    self: () => session.get()?.user.id ?? null,
    ...(WebSocket && { WebSocket }),
  });
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: timing.staleMs,
        retry: (failures, error) => failures < MAX_RETRIES && retryDelayMs(error) !== null,
        // Browsers often guess wrong whether the machine is online, so requests are always tried.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  // One member's data must not be visible to the next one in the same browser.
  let memberId = session.get()?.user.id;
  session.subscribe(() => {
    const nextId = session.get()?.user.id;
    if (nextId !== memberId) queries.clear();
    memberId = nextId;
  });
  const startMember = () => {
    realtime.start();
    const stops = [
      watchPageLifecycle(realtime, window),
      startSessionRefresh(session, () => refreshSession(api), systemClock),
      () => realtime.stop(),
    ];
    return () => stops.forEach((stop) => void stop());
  };
  return { session, api, realtime, queries, tabId, transports, startMember };
}
