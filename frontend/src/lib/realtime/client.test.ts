import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { env } from "@/lib/env";
import { systemClock } from "@/lib/time/clock";
import { ScriptedSocket, ScriptedWebSocket } from "@/test/scripted-socket";
import { createRealtime, type Realtime } from "./client";
import type { AppointmentFrame } from "./frames";

const AT = "2026-11-21T09:00:00Z";
const snapshot = (version: number) => ({
  type: "snapshot",
  appointmentId: "a1",
  lock: null,
  version,
  presence: [],
  appointmentVersion: 1,
  serverTime: AT,
});

let realtime: Realtime;
let ticket: number;
let refuseTicket: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.all.length = 0;
  ticket = 0;
  refuseTicket = false;
  realtime = createRealtime({
    url: async () => {
      if (refuseTicket) throw new Error("no ticket");
      return `ws://test/ws?ticket=${++ticket}`;
    },
    clock: systemClock,
    random: () => 0,
    WebSocket: ScriptedWebSocket,
  });
});

afterEach(() => {
  realtime.stop();
  vi.useRealTimers();
});

async function connect() {
  realtime.start();
  await vi.advanceTimersByTimeAsync(0);
  ScriptedSocket.last.serverOpens();
  return ScriptedSocket.last;
}

describe("the realtime connection", () => {
  it("subscribes when it opens and hands frames to the appointment's listener", async () => {
    const frames: AppointmentFrame[] = [];
    realtime.subscribe("a1", (frame) => frames.push(frame));
    const server = await connect();
    expect(server.sent).toEqual([{ action: "subscribe", appointmentId: "a1" }]);
    server.serverSends(snapshot(7));
    server.serverSends({ ...snapshot(8), appointmentId: "another" });
    expect(frames.map((frame) => frame.type === "snapshot" && frame.version)).toEqual([7]);
  });

  it("fetches a fresh ticket and subscribes again after a drop", async () => {
    realtime.subscribe("a1", () => {});
    (await connect()).serverDrops();
    await vi.advanceTimersByTimeAsync(env.reconnectMinMs);
    const second = ScriptedSocket.last;
    expect(second.url).toContain("ticket=2");
    second.serverOpens();
    expect(second.sent).toEqual([{ action: "subscribe", appointmentId: "a1" }]);
    expect(realtime.state.get()).toBe("open");
  });

  it("speaks of a lost connection only after five seconds", async () => {
    const server = await connect();
    refuseTicket = true;
    server.serverDrops();
    await vi.advanceTimersByTimeAsync(env.lostAfterMs - 1);
    expect(realtime.state.get()).toBe("connecting");
    await vi.advanceTimersByTimeAsync(1);
    expect(realtime.state.get()).toBe("lost");
  });

  it("speaks of no loss when there never was a connection", async () => {
    refuseTicket = true;
    realtime.start();
    await vi.advanceTimersByTimeAsync(env.lostAfterMs);
    expect(realtime.state.get()).toBe("late");
    refuseTicket = false;
    await vi.advanceTimersByTimeAsync(env.reconnectMaxMs);
    ScriptedSocket.last.serverOpens();
    expect(realtime.state.get()).toBe("open");
  });

  it("keeps trying while tickets are refused, never more than ten seconds apart", async () => {
    const server = await connect();
    refuseTicket = true;
    server.serverDrops();
    await vi.advanceTimersByTimeAsync(120_000);
    refuseTicket = false;
    await vi.advanceTimersByTimeAsync(env.reconnectMaxMs);
    ScriptedSocket.last.serverOpens();
    expect(realtime.state.get()).toBe("open");
  });

  it("pings before the gateway would hang up, and starts again when no answer comes", async () => {
    const server = await connect();
    await vi.advanceTimersByTimeAsync(env.heartbeatMs);
    expect(server.sent).toEqual([{ action: "ping" }]);
    expect(env.heartbeatMs).toBeLessThan(10 * 60_000);
    await vi.advanceTimersByTimeAsync(env.pongTimeoutMs + 1);
    expect(ScriptedSocket.last).not.toBe(server);
  });

  it("stays when the ping is answered", async () => {
    const server = await connect();
    realtime.probe();
    server.serverSends({ type: "pong", at: AT });
    await vi.advanceTimersByTimeAsync(env.pongTimeoutMs);
    expect(ScriptedSocket.last).toBe(server);
  });

  it("survives frames it cannot read", async () => {
    const listener = vi.fn();
    realtime.subscribe("a1", listener);
    const server = await connect();
    server.serverSends("not json");
    server.serverSends({ type: "from-the-future", appointmentId: "a1" });
    server.serverSends({ type: "snapshot", appointmentId: "a1" });
    expect(listener).not.toHaveBeenCalled();
    expect(realtime.state.get()).toBe("open");
  });

  it("unsubscribes when the last listener goes", async () => {
    const server = await connect();
    const first = realtime.subscribe("a1", () => {});
    const second = realtime.subscribe("a1", () => {});
    first();
    expect(server.sent).not.toContainEqual({ action: "unsubscribe", appointmentId: "a1" });
    second();
    expect(server.sent).toContainEqual({ action: "unsubscribe", appointmentId: "a1" });
  });

  it("does not come back after it was stopped", async () => {
    await connect();
    realtime.stop();
    const opened = ScriptedSocket.all.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ScriptedSocket.all).toHaveLength(opened);
  });
});
