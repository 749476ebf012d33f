import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import type { ConnectionState } from "@/lib/realtime/client";
import { createStore } from "@/lib/store";
import { silentRealtime } from "@/test/silent-realtime";
import { RealtimeProvider } from "./realtime-context";
import { useKeepConnected } from "./use-keep-connected";

it("keeps the connection exactly while it is needed", () => {
  let holds = 0;
  const keepConnected = () => {
    holds++;
    return () => void holds--;
  };
  const realtime = { ...silentRealtime(createStore<ConnectionState>("open")), keepConnected };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <RealtimeProvider value={realtime}>{children}</RealtimeProvider>
  );
  const { rerender, unmount } = renderHook(({ needed }) => useKeepConnected(needed), {
    wrapper,
    initialProps: { needed: false },
  });
  const after = [false, true, true, false, true].map((needed) => {
    rerender({ needed });
    return holds;
  });
  expect(after).toEqual([0, 1, 1, 0, 1]);
  unmount();
  expect(holds).toBe(0);
});
