import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { Announcer } from "@/components/ui/announcer";
import type { ConnectionState } from "@/lib/realtime/client";
import { RealtimeProvider } from "@/lib/realtime/hooks/realtime-context";
import { createStore } from "@/lib/store";
import { silentRealtime } from "@/test/silent-realtime";
import { ConnectionBar } from "./connection-bar";

const state = createStore<ConnectionState>("connecting");
const realtime = silentRealtime(state);
const bar = () => screen.queryByRole("region", { name: "Connection" });

beforeEach(() => {
  state.set("connecting");
  render(
    <RealtimeProvider value={realtime}>
      <Announcer>
        <ConnectionBar />
      </Announcer>
    </RealtimeProvider>,
  );
});

it("is hidden during a short wait", () => {
  expect(bar()).toBeNull();
});

it("shows connecting when there was no connection yet", () => {
  act(() => state.set("unreachable"));
  expect(bar()?.textContent).toContain("Connecting…");
  expect(document.body.textContent).toContain("Still connecting.");
  expect(document.body.textContent).not.toMatch(/lost/i);
  act(() => state.set("open"));
  expect(bar()).toBeNull();
  expect(document.body.textContent).toContain("Connected.");
});

it("shows a lost connection", () => {
  act(() => state.set("reconnecting"));
  expect(bar()?.textContent).toContain("Connection lost.");
});
