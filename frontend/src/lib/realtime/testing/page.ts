import { createRealtime, type Realtime, type RealtimeOptions } from "@/lib/realtime/client";
import type { AppointmentFrame } from "@/lib/realtime/frames";
import { FakeClock } from "./fake-clock";
import { ScriptedServer } from "./scripted-server";

/** One tab of the member `me`, with its scripted server. */
export class TestPage {
  readonly clock = new FakeClock();
  readonly server = new ScriptedServer(this.clock);
  readonly realtime: Realtime;
  /** The frames that followers of `a1` received, in order. */
  readonly frames: AppointmentFrame[] = [];
  readonly states: string[] = [];

  constructor(options: Partial<RealtimeOptions> = {}) {
    const { clock, server } = this;
    this.realtime = createRealtime({
      url: server.url,
      WebSocket: server.WebSocket,
      clock,
      random: () => 0,
      self: () => "me",
      ...options,
    });
    this.realtime.state.subscribe(() => this.states.push(this.realtime.state.get()));
  }

  readonly pass = (ms: number) => this.clock.pass(ms);

  follow(appointmentId = "a1"): () => void {
    return this.realtime.subscribe(appointmentId, (frame) => this.frames.push(frame));
  }

  async connect(): Promise<this> {
    this.realtime.start();
    await this.pass(1_000);
    return this;
  }

  get state(): string {
    return this.realtime.state.get();
  }

  get peers(): string[] {
    return this.realtime.presence
      .peers("a1")
      .get()
      .map(({ userId, state }) => `${userId} ${state}`);
  }
}
