import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createApi } from "@/lib/api/client";
import { ApiProvider } from "@/lib/api/hooks/api-context";
import type { ConnectionState } from "@/lib/realtime/client";
import { RealtimeProvider } from "@/lib/realtime/hooks/realtime-context";
import { createStore } from "@/lib/store";
import { timing } from "@/lib/timing";
import { FakeBackend } from "@/test/fake-backend";
import { silentRealtime } from "@/test/silent-realtime";
import { useAppointment } from "./appointment";

const nothing = () => {};
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function read(connection: ConnectionState) {
  const backend = new FakeBackend();
  const api = createApi({ token: () => null, onUnauthenticated: nothing, fetch: backend.fetch });
  const state = createStore(connection);
  const realtime = silentRealtime(state);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ApiProvider value={api}>
      <RealtimeProvider value={realtime}>
        <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
      </RealtimeProvider>
    </ApiProvider>
  );
  const { result } = renderHook(() => useAppointment("a1"), { wrapper });
  await pass(0);
  backend.appointment = { ...backend.appointment, notes: "From Alice", version: 2 };
  return { backend, notes: () => result.current.data?.notes };
}

it("polls an appointment without a live connection", async () => {
  const { notes } = await read("unreachable");
  expect(notes()).toBe("As it was");
  await pass(timing.fallbackPollIntervalMs + 1_000);
  expect(notes()).toBe("From Alice");
});

it("does not poll an appointment with a live connection", async () => {
  const { backend } = await read("open");
  await pass(5 * timing.fallbackPollIntervalMs);
  expect(backend.sent("GET /appointments/a1")).toHaveLength(1);
});
