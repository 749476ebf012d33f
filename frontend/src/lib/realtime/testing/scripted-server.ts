import type { Lock } from "@/lib/api/lock";
import type { ClientFrame, PresenceState } from "@/lib/realtime/frames";
import { ScriptedSocket } from "@/test/scripted-socket";
import type { FakeClock } from "./fake-clock";

const LATENCY_MS = 10;

interface AppointmentState {
  version: number;
  lock: Lock | null;
  appointmentVersion: number;
  peers: Map<string, PresenceState>;
}

/** The server's side of one WebSocket. */
export class ServerSocket extends ScriptedSocket {
  readonly follows = new Set<string>();
  /** Frames in transit while the server queues them. A `pong` is never queued. */
  readonly outbox: unknown[] = [];

  constructor(
    url: string,
    private readonly server: ScriptedServer,
  ) {
    super(url);
    server.sockets.push(this);
    server.clock.after(LATENCY_MS, () => {
      if (this.readyState === 0 && server.accepts) this.serverOpens();
    });
  }

  get isOpen(): boolean {
    return this.readyState === 1;
  }

  /** The frames that the client sent with an `action`. */
  received(action: ClientFrame["action"]): ClientFrame[] {
    return (this.sent as ClientFrame[]).filter((frame) => frame.action === action);
  }

  override send(text: string): void {
    super.send(text);
    if (this.server.responds) this.server.handle(JSON.parse(text), this);
  }

  push(frame: unknown): void {
    if (this.server.queuesFrames) this.outbox.push(frame);
    else if (this.isOpen) this.serverSends(frame);
  }

  /** Delivers the queued frame at `index`. */
  deliver(index = 0): void {
    const [frame] = this.outbox.splice(index, 1);
    if (frame && this.isOpen) this.serverSends(frame);
  }
}

/** A server that speaks the protocol and holds the true state. */
export class ScriptedServer {
  readonly sockets: ServerSocket[] = [];
  /** The result of a ticket request. */
  tickets: "issued" | "pending" | Error = "issued";
  accepts = true;
  responds = true;
  queuesFrames = false;
  ticketRequests = 0;
  private readonly states = new Map<string, AppointmentState>();
  private lastMs = 0;

  constructor(readonly clock: FakeClock) {}

  readonly url = async (): Promise<string> => {
    this.ticketRequests++;
    if (this.tickets instanceof Error) throw this.tickets;
    if (this.tickets === "pending") return new Promise(() => {});
    return `ws://test/ws?ticket=${this.ticketRequests}`;
  };

  /** For `new WebSocket(url)`. */
  get WebSocket(): new (
    url: string,
  ) => WebSocket {
    const server = this;
    return class extends ServerSocket {
      constructor(url: string) {
        super(url, server);
      }
    } as unknown as new (
      url: string,
    ) => WebSocket;
  }

  get open(): ServerSocket[] {
    return this.sockets.filter((socket) => socket.isOpen);
  }

  get last(): ServerSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("Nobody has connected.");
    return socket;
  }

  stateOf(appointmentId: string): AppointmentState {
    const state = this.states.get(appointmentId) ?? {
      version: 0,
      lock: null,
      appointmentVersion: 1,
      peers: new Map(),
    };
    this.states.set(appointmentId, state);
    return state;
  }

  setLock(appointmentId: string, userId: string | null): void {
    const state = this.stateOf(appointmentId);
    state.version++;
    state.lock = userId === null ? null : lockOf(appointmentId, userId, state.version);
    const { lock, version } = state;
    this.announce(appointmentId, { type: lock ? "lock-acquired" : "lock-released", appointmentId, lock, version });
  }

  saveAppointment(appointmentId: string): void {
    const appointmentVersion = ++this.stateOf(appointmentId).appointmentVersion;
    const frame = { type: "appointment-updated", appointmentId, appointmentVersion, changed: ["notes"] };
    this.announce(appointmentId, frame, "calendar ");
  }

  /** Another member joins, changes state, sends a heartbeat, or leaves. */
  setPresence(appointmentId: string, userId: string, state: PresenceState | "left"): void {
    const { peers } = this.stateOf(appointmentId);
    if (state === "left") peers.delete(userId);
    else peers.set(userId, state);
    this.announce(appointmentId, { type: "presence-update", appointmentId, ...userOf(userId), state });
  }

  movePointer(appointmentId: string, userId: string, x: number, y: number): void {
    const frame = { type: "cursor-update", appointmentId, ...userOf(userId), position: { x, y }, color: "#123456" };
    this.announce(appointmentId, frame);
  }

  bookSlot(doctorId: string): void {
    const [start, end] = [this.at(), this.at()];
    const frame = { type: "slot-updated", at: this.at(), doctorId, start, end, state: "booked" };
    for (const socket of this.open) {
      if (socket.follows.has("calendar ") || socket.follows.has(`calendar ${doctorId}`)) socket.push(frame);
    }
  }

  handle(frame: ClientFrame, socket: ServerSocket): void {
    switch (frame.action) {
      case "ping":
        socket.serverSends({ type: "pong", at: this.at() });
        break;
      case "subscribe":
        socket.follows.add(frame.appointmentId);
        socket.push(this.snapshot(frame.appointmentId));
        break;
      case "unsubscribe":
        socket.follows.delete(frame.appointmentId);
        break;
      case "subscribe-calendar":
        socket.follows.add(`calendar ${frame.doctorId ?? ""}`);
        socket.push({ type: "calendar-subscribed", at: this.at(), doctorId: frame.doctorId ?? null });
        break;
      case "unsubscribe-calendar":
        socket.follows.delete(`calendar ${frame.doctorId ?? ""}`);
        break;
    }
  }

  snapshot(appointmentId: string): object {
    const { peers: people, ...state } = this.stateOf(appointmentId);
    const presence = [...people].map(([userId, state]) => ({ ...userOf(userId), state }));
    return { type: "snapshot", appointmentId, ...state, presence, serverTime: this.at() };
  }

  private announce(appointmentId: string, frame: object, alsoTo = appointmentId): void {
    const sent = { ...frame, at: this.at() };
    for (const socket of this.open) {
      if (socket.follows.has(appointmentId) || socket.follows.has(alsoTo)) socket.push(sent);
    }
  }

  /** A strictly increasing timestamp. */
  private at(): string {
    this.lastMs = Math.max(this.clock.now(), this.lastMs + 1);
    return new Date(this.lastMs).toISOString();
  }
}

function userOf(userId: string) {
  return { userId, userInfo: { name: userId.toUpperCase(), email: `${userId}@test.test` } };
}

function lockOf(appointmentId: string, userId: string, version: number): Lock {
  const at = "2026-11-21T09:00:00Z";
  return {
    appointmentId,
    version,
    ...userOf(userId),
    acquiredAt: at,
    renewedAt: at,
    expiresAt: "2026-11-21T23:00:00Z",
  };
}
