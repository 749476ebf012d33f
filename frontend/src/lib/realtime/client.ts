import ReconnectingWebSocket from "partysocket/ws";
import { env } from "@/lib/env";
import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import { type AppointmentFrame, type ClientFrame, isAboutAppointment, parseFrame, type ServerFrame } from "./frames";

/** `connecting` until it has lasted long enough to be worth telling; then `lost`, or `late` if there was none yet. */
export type ConnectionState = "connecting" | "open" | "lost" | "late";

export interface Realtime {
  state: Pick<Store<ConnectionState>, "get" | "subscribe">;
  start: () => void;
  stop: () => void;
  /** Frames of one appointment, beginning with a snapshot, also after every reconnect. */
  subscribe: (appointmentId: string, listener: (frame: AppointmentFrame) => void) => () => void;
  /** Finds out now whether the connection lives: after a sleep, or when the network changed. */
  probe: () => void;
}

export interface RealtimeOptions {
  /** Asked before every attempt, because a ticket is good for one connection only. */
  url: () => Promise<string>;
  clock: Clock;
  random?: () => number;
  WebSocket?: new (url: string) => WebSocket;
}

export function createRealtime({ url, clock, random = Math.random, WebSocket }: RealtimeOptions): Realtime {
  const state = createStore<ConnectionState>("connecting");
  const listeners = new Map<string, Set<(frame: AppointmentFrame) => void>>();
  let socket: ReconnectingWebSocket | null = null;
  let cancelLostNotice = () => {};
  let cancelHeartbeat = () => {};
  let cancelPongWait = () => {};

  function send(frame: ClientFrame): void {
    // What is sent into a closed socket would be queued there and arrive in the wrong order.
    if (socket?.readyState === ReconnectingWebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  function noticeLater(notice: ConnectionState): void {
    cancelLostNotice();
    cancelLostNotice = clock.after(env.lostAfterMs, () => state.set(notice));
  }

  function opened(): void {
    cancelLostNotice();
    state.set("open");
    for (const appointmentId of listeners.keys()) send({ action: "subscribe", appointmentId });
    beatLater();
  }

  function dropped(): void {
    cancelHeartbeat();
    cancelPongWait();
    if (state.get() !== "open") return;
    state.set("connecting");
    noticeLater("lost");
  }

  function beatLater(): void {
    cancelHeartbeat();
    cancelHeartbeat = clock.after(env.heartbeatMs, ping);
  }

  function ping(): void {
    send({ action: "ping" });
    cancelPongWait();
    cancelPongWait = clock.after(env.pongTimeoutMs, () => socket?.reconnect());
    beatLater();
  }

  function received(frame: ServerFrame | null): void {
    cancelPongWait();
    if (!frame || !isAboutAppointment(frame)) return;
    for (const listener of [...(listeners.get(frame.appointmentId) ?? [])]) listener(frame);
  }

  return {
    state,
    start() {
      if (socket) return;
      state.set("connecting");
      noticeLater("late");
      socket = new ReconnectingWebSocket(url, [], { ...backoff(random), ...(WebSocket && { WebSocket }) });
      socket.addEventListener("open", opened);
      socket.addEventListener("close", dropped);
      socket.addEventListener("message", (event) => received(parseFrame(event.data)));
    },
    stop() {
      const closing = socket;
      socket = null;
      closing?.close();
      cancelLostNotice();
      cancelHeartbeat();
      cancelPongWait();
      state.set("connecting");
    },
    subscribe(appointmentId, listener) {
      const known = listeners.get(appointmentId) ?? new Set();
      listeners.set(appointmentId, known.add(listener));
      send({ action: "subscribe", appointmentId });
      return () => {
        known.delete(listener);
        if (known.size > 0 || listeners.get(appointmentId) !== known) return;
        listeners.delete(appointmentId);
        send({ action: "unsubscribe", appointmentId });
      };
    },
    probe() {
      if (state.get() === "open") ping();
      else socket?.reconnect();
    },
  };
}

/** Each client draws its own steps, so that a restarted server is not met by everyone at once. */
function backoff(random: () => number) {
  return {
    minReconnectionDelay: env.reconnectMinMs * (1 + random()),
    reconnectionDelayGrowFactor: 1.6 + 0.4 * random(),
    maxReconnectionDelay: env.reconnectMaxMs * (1 - 0.3 * random()),
    connectionTimeout: 10_000,
    minUptime: 5_000,
  };
}
