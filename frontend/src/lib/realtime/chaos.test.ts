import { describe, expect, it } from "vitest";
import { NetworkError } from "@/lib/api/problem";
import { timing } from "@/lib/timing";
import type { AppointmentFrame, PresenceState } from "./frames";
import { TestPage } from "./testing/page";
import type { ServerSocket } from "./testing/scripted-server";
import { seeded } from "./testing/seeded";

const STEPS = 300;
const APPOINTMENTS = ["a1", "a2"] as const;
const USERS = ["amy", "bob", "eve"] as const;
const STATES: (PresenceState | "left")[] = ["viewing", "editing", "idle", "left"];

/** The state that one follower has received. */
interface Received {
  version: number;
  holder: string | null;
  appointmentVersion: number;
}

/** A page on a network that drops, delays, repeats and reorders, with a user who opens and closes appointments. */
class Chaos {
  private readonly random;
  readonly page: TestPage;
  readonly received = new Map<string, Received>();
  /** The versions in the list, as read after the last calendar frame. */
  list: Record<string, number> = {};
  readonly regressions: string[] = [];
  overlaps = 0;
  private leave: (() => void) | null = null;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.page = new TestPage({ random: this.random });
    this.page.server.queuesFrames = true;
    for (const id of APPOINTMENTS) this.page.realtime.subscribe(id, (frame) => this.receive(frame));
    this.page.realtime.subscribeCalendar({}, () => this.read());
    this.page.realtime.presence.setState("a1", "unsaved");
    this.page.realtime.start();
  }

  serverStates<Value>(of: (state: ReturnType<TestPage["server"]["stateOf"]>) => Value): Record<string, Value> {
    return Object.fromEntries(APPOINTMENTS.map((id) => [id, of(this.page.server.stateOf(id))]));
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.act();
      if (this.page.server.open.length > 1) this.overlaps++;
      await this.page.pass(this.random() < 0.02 ? timing.handoverUntilMs : 400 * this.random());
    }
  }

  /** Repairs the network and delivers all pending frames. */
  async calm(): Promise<void> {
    const { server, realtime } = this.page;
    for (const socket of server.sockets) while (socket.outbox.length > 0) socket.deliver();
    server.queuesFrames = false;
    server.tickets = "issued";
    realtime.setVisible(true);
    await this.page.pass(3 * 60_000);
  }

  private act(): void {
    const { server, realtime } = this.page;
    const appointmentId = this.oneOf(APPOINTMENTS);
    const actions: [number, () => void][] = [
      [20, () => this.deliver()],
      [5, () => server.setLock(appointmentId, this.random() < 0.4 ? null : this.oneOf(USERS))],
      [3, () => server.saveAppointment(appointmentId)],
      [4, () => server.setPresence(appointmentId, this.oneOf(USERS), this.oneOf(STATES))],
      [1, () => this.oneOf(server.open)?.serverDrops()],
      [1, () => this.breakTickets()],
      [1, () => realtime.checkAlive()],
      [1, () => realtime.setVisible(this.random() < 0.5)],
      [2, () => this.openOrLeave(appointmentId)],
    ];
    let drawn = this.random() * actions.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, act] of actions) {
      drawn -= weight;
      if (drawn >= 0) continue;
      act();
      return;
    }
  }

  private oneOf<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)] as Value;
  }

  /** Delivers some frames of each socket, sometimes twice or out of order. */
  private deliver(): void {
    for (const socket of this.page.server.sockets.filter(({ outbox }) => outbox.length > 0)) this.deliverOn(socket);
  }

  private deliverOn(socket: ServerSocket): void {
    for (let count = Math.ceil(4 * this.random()); count > 0; count--) {
      const place = this.random() < 0.2 ? Math.floor(this.random() * Math.min(3, socket.outbox.length)) : 0;
      if (this.random() < 0.15) socket.outbox.splice(place + 1, 0, socket.outbox[place]);
      socket.deliver(place);
    }
  }

  private breakTickets(): void {
    this.page.server.tickets = this.random() < 0.3 ? new NetworkError() : "issued";
  }

  private openOrLeave(appointmentId: string): void {
    this.leave?.();
    this.leave = this.leave ? null : this.page.realtime.subscribe(appointmentId, () => {});
  }

  private read(): void {
    this.list = this.serverStates(({ appointmentVersion }) => appointmentVersion);
  }

  private receive(frame: AppointmentFrame): void {
    const before = this.received.get(frame.appointmentId) ?? { version: 0, holder: null, appointmentVersion: 0 };
    const after = { ...before, ...("version" in frame && { version: frame.version, holder: holderOf(frame) }) };
    if ("appointmentVersion" in frame) after.appointmentVersion = frame.appointmentVersion;
    if (after.version < before.version || after.appointmentVersion < before.appointmentVersion) {
      this.regressions.push(JSON.stringify({ before, frame }));
    }
    this.received.set(frame.appointmentId, after);
  }
}

function holderOf(frame: Extract<AppointmentFrame, { version: number }>): string | null {
  return frame.lock?.userId ?? null;
}

describe("after drops, delays, repeats and reordering", () => {
  const seeds = Array.from({ length: 50 }, (_value, index) => index + 1);
  let overlaps = 0;

  it.each(seeds)("the page has the server's state, and no version decreased (seed %i)", async (seed) => {
    const chaos = new Chaos(seed);
    const { page } = chaos;
    await chaos.run();
    await chaos.calm();

    expect(chaos.regressions).toEqual([]);
    expect(page.state).toBe("open");
    expect(page.server.open).toEqual([page.server.last]);
    expect(Object.fromEntries(chaos.received)).toEqual(
      chaos.serverStates(({ version, lock, appointmentVersion }) => ({
        version,
        holder: lock?.userId ?? null,
        appointmentVersion,
      })),
    );
    expect(chaos.list).toEqual(chaos.serverStates(({ appointmentVersion }) => appointmentVersion));
    expect([...page.server.last.follows].sort()).toEqual(["a1", "a2", "calendar "]);

    const people = [...page.server.stateOf("a1").peers].map(([userId, state]) => `${userId} ${state}`).sort();
    expect(people).toEqual(expect.arrayContaining(page.peers));
    for (const [userId, state] of page.server.stateOf("a1").peers) page.server.setPresence("a1", userId, state);
    expect(page.peers).toEqual(people);
    expect(page.server.last.received("presence").at(-1)).toMatchObject({ appointmentId: "a1", state: "editing" });
    overlaps += chaos.overlaps;
    page.realtime.stop();
  });

  it("some runs had overlapping sockets", () => {
    expect(overlaps).toBeGreaterThan(seeds.length / 5);
  });
});
