import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import type { ConnectionState } from "@/lib/realtime/client";
import { createStore } from "@/lib/store";
import { quietRealtime } from "@/test/quiet-realtime";
import { RealtimeProvider } from "./realtime-context";
import { useKeepAwake } from "./use-keep-awake";

it("keeps the connection awake exactly while it is needed", () => {
  let holds = 0;
  const keepAwake = () => {
    holds++;
    return () => void holds--;
  };
  const realtime = { ...quietRealtime(createStore<ConnectionState>("open")), keepAwake };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <RealtimeProvider value={realtime}>{children}</RealtimeProvider>
  );
  const { rerender, unmount } = renderHook(({ needed }) => useKeepAwake(needed), {
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
