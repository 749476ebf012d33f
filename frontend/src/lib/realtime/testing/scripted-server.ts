import type { Lock } from "@/lib/api/lock";
import type { ClientFrame, PresenceState } from "@/lib/realtime/frames";
import { ScriptedSocket } from "@/test/scripted-socket";
import type { FakeClock } from "./fake-clock";

const LATENCY_MS = 10;

interface Truth {
  version: number;
  lock: Lock | null;
  appointmentVersion: number;
  people: Map<string, PresenceState>;
}

/** One WebSocket as the server sees it. */
export class ServerLine extends ScriptedSocket {
  readonly follows = new Set<string>();
  /** Frames that are on their way, if the server holds them back; a `pong` never is. */
  readonly outbox: unknown[] = [];

  constructor(
    url: string,
    private readonly server: ScriptedServer,
  ) {
    super(url);
    server.lines.push(this);
    server.clock.after(LATENCY_MS, () => {
      if (this.readyState === 0 && server.accepts) this.serverOpens();
    });
  }

  get isOpen(): boolean {
    return this.readyState === 1;
  }

  /** What was sent, by `action`. */
  heard(action: ClientFrame["action"]): ClientFrame[] {
    return (this.sent as ClientFrame[]).filter((frame) => frame.action === action);
  }

  override send(text: string): void {
    super.send(text);
    if (this.server.answers) this.server.serve(JSON.parse(text), this);
  }

  tell(frame: unknown): void {
    if (this.server.holdsBack) this.outbox.push(frame);
    else if (this.isOpen) this.serverSends(frame);
  }

  /** The frame at `place` arrives, wherever it stands in the line. */
  deliver(place = 0): void {
    const [frame] = this.outbox.splice(place, 1);
    if (frame && this.isOpen) this.serverSends(frame);
  }
}

/** A server that speaks the protocol, does as it is told, and knows the truth. */
export class ScriptedServer {
  readonly lines: ServerLine[] = [];
  /** What asking for a ticket comes to. */
  tickets: "given" | "hanging" | Error = "given";
  accepts = true;
  answers = true;
  holdsBack = false;
  ticketsAsked = 0;
  private readonly truths = new Map<string, Truth>();
  private lastMs = 0;

  constructor(readonly clock: FakeClock) {}

  readonly url = async (): Promise<string> => {
    this.ticketsAsked++;
    if (this.tickets instanceof Error) throw this.tickets;
    if (this.tickets === "hanging") return new Promise(() => {});
    return `ws://test/ws?ticket=${this.ticketsAsked}`;
  };

  /** For `new WebSocket(url)`. */
  get WebSocket(): new (
    url: string,
  ) => WebSocket {
    const server = this;
    return class extends ServerLine {
      constructor(url: string) {
        super(url, server);
      }
    } as unknown as new (
      url: string,
    ) => WebSocket;
  }

  get open(): ServerLine[] {
    return this.lines.filter((line) => line.isOpen);
  }

  get last(): ServerLine {
    const line = this.lines.at(-1);
    if (!line) throw new Error("Nobody has connected.");
    return line;
  }

  truth(appointmentId: string): Truth {
    const truth = this.truths.get(appointmentId) ?? {
      version: 0,
      lock: null,
      appointmentVersion: 1,
      people: new Map(),
    };
    this.truths.set(appointmentId, truth);
    return truth;
  }

  locks(appointmentId: string, userId: string | null): void {
    const truth = this.truth(appointmentId);
    truth.version++;
    truth.lock = userId === null ? null : lockOf(appointmentId, userId, truth.version);
    const { lock, version } = truth;
    this.announce(appointmentId, { type: lock ? "lock-acquired" : "lock-released", appointmentId, lock, version });
  }

  saves(appointmentId: string): void {
    const appointmentVersion = ++this.truth(appointmentId).appointmentVersion;
    const frame = { type: "appointment-updated", appointmentId, appointmentVersion, changed: ["notes"] };
    this.announce(appointmentId, frame, "calendar ");
  }

  /** Somebody else comes, does something else, repeats that they are there, or leaves. */
  sees(appointmentId: string, userId: string, state: PresenceState | "left"): void {
    const { people } = this.truth(appointmentId);
    if (state === "left") people.delete(userId);
    else people.set(userId, state);
    this.announce(appointmentId, { type: "presence-update", appointmentId, ...who(userId), state });
  }

  pointsAt(appointmentId: string, userId: string, x: number, y: number): void {
    const frame = { type: "cursor-update", appointmentId, ...who(userId), position: { x, y }, color: "#123456" };
    this.announce(appointmentId, frame);
  }

  books(doctorId: string): void {
    const [start, end] = [this.at(), this.at()];
    const frame = { type: "slot-updated", at: this.at(), doctorId, start, end, state: "booked" };
    for (const line of this.open) {
      if (line.follows.has("calendar ") || line.follows.has(`calendar ${doctorId}`)) line.tell(frame);
    }
  }

  serve(frame: ClientFrame, line: ServerLine): void {
    switch (frame.action) {
      case "ping":
        line.serverSends({ type: "pong", at: this.at() });
        break;
      case "subscribe":
        line.follows.add(frame.appointmentId);
        line.tell(this.snapshot(frame.appointmentId));
        break;
      case "unsubscribe":
        line.follows.delete(frame.appointmentId);
        break;
      case "subscribe-calendar":
        line.follows.add(`calendar ${frame.doctorId ?? ""}`);
        line.tell({ type: "calendar-subscribed", at: this.at(), doctorId: frame.doctorId ?? null });
        break;
      case "unsubscribe-calendar":
        line.follows.delete(`calendar ${frame.doctorId ?? ""}`);
        break;
    }
  }

  snapshot(appointmentId: string): object {
    const { people, ...truth } = this.truth(appointmentId);
    const presence = [...people].map(([userId, state]) => ({ ...who(userId), state }));
    return { type: "snapshot", appointmentId, ...truth, presence, serverTime: this.at() };
  }

  private announce(appointmentId: string, frame: object, alsoTo = appointmentId): void {
    const news = { ...frame, at: this.at() };
    for (const line of this.open) {
      if (line.follows.has(appointmentId) || line.follows.has(alsoTo)) line.tell(news);
    }
  }

  /** No two things happen in the same millisecond. */
  private at(): string {
    this.lastMs = Math.max(this.clock.now(), this.lastMs + 1);
    return new Date(this.lastMs).toISOString();
  }
}

function who(userId: string) {
  return { userId, userInfo: { name: userId.toUpperCase(), email: `${userId}@test.test` } };
}

function lockOf(appointmentId: string, userId: string, version: number): Lock {
  const at = "2026-11-21T09:00:00Z";
  return { appointmentId, version, ...who(userId), acquiredAt: at, renewedAt: at, expiresAt: "2026-11-21T23:00:00Z" };
}
