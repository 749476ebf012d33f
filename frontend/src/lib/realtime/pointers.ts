import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import type { ClientFrame, CursorUpdate, Position, PresenceUpdate } from "./frames";
import { throttle } from "./throttle";

/** A peer's pointer over the form. */
export interface Pointer {
  userId: string;
  name: string;
  position: Position;
}

interface ReceivedPointer extends Pointer {
  atMs: number;
  receivedMs: number;
}

export interface PointersOptions {
  clock: Clock;
  send: (frame: ClientFrame) => boolean;
  /** The own user's id. Pointers of the same user's other tabs are ignored. */
  self: () => string | null;
  /** True if there are peers to see it. */
  hasPeers: (appointmentId: string) => boolean;
}

class Surface {
  readonly pointers = createStore<readonly Pointer[]>([]);
  readonly received = new Map<string, ReceivedPointer>();
}

/** The peers' pointers, and the own one for the peers. */
export class Pointers {
  private readonly surfaces = new Map<string, Surface>();
  private readonly sendThrottled;
  private lastSent = "";
  private cancelSweep: (() => void) | null = null;

  constructor(private readonly options: PointersOptions) {
    this.sendThrottled = throttle(
      options.clock,
      timing.pointerIntervalMs,
      (frame: ClientFrame & { appointmentId: string }) => {
        if (options.hasPeers(frame.appointmentId)) options.send(frame);
      },
    );
  }

  at(appointmentId: string): Pick<Store<readonly Pointer[]>, "get" | "subscribe"> {
    return this.surface(appointmentId).pointers;
  }

  /** Sends the own pointer's position, throttled, if there are peers. */
  move(appointmentId: string, { x, y }: Position): void {
    if (!this.options.hasPeers(appointmentId)) return;
    const frame = {
      action: "cursor-position",
      appointmentId,
      position: { x: toFraction(x), y: toFraction(y) },
    } as const;
    const text = JSON.stringify(frame);
    if (text === this.lastSent) return;
    this.lastSent = text;
    this.sendThrottled(frame);
  }

  receive(update: CursorUpdate): void {
    const { userId, userInfo, position } = update;
    if (userId === this.options.self()) return;
    const surface = this.surface(update.appointmentId);
    const atMs = Date.parse(update.at);
    if (atMs < (surface.received.get(userId)?.atMs ?? 0)) return;
    surface.received.set(userId, { userId, name: userInfo.name, position, atMs, receivedMs: this.now() });
    publish(surface);
    this.scheduleSweep();
  }

  /** Removes the pointer of a peer who left. */
  receivePresence({ appointmentId, userId, state }: PresenceUpdate): void {
    if (state === "left") this.remove(this.surface(appointmentId), [userId]);
  }

  forget(appointmentId: string): void {
    const surface = this.surface(appointmentId);
    this.remove(surface, [...surface.received.keys()]);
  }

  clear(): void {
    this.sendThrottled.cancel();
    for (const appointmentId of this.surfaces.keys()) this.forget(appointmentId);
  }

  private now(): number {
    return this.options.clock.now();
  }

  private surface(appointmentId: string): Surface {
    const surface = this.surfaces.get(appointmentId) ?? new Surface();
    this.surfaces.set(appointmentId, surface);
    return surface;
  }

  private remove(surface: Surface, userIds: string[]): void {
    if (userIds.map((userId) => surface.received.delete(userId)).includes(true)) publish(surface);
  }

  private scheduleSweep(): void {
    const received = [...this.surfaces.values()].flatMap((surface) => [...surface.received.values()]);
    if (this.cancelSweep || received.length === 0) return;
    const first = Math.min(...received.map(({ receivedMs }) => receivedMs));
    this.cancelSweep = this.options.clock.after(first + timing.pointerTimeoutMs - this.now(), () => this.sweep());
  }

  private sweep(): void {
    this.cancelSweep = null;
    const isOld = ({ receivedMs }: ReceivedPointer) => this.now() - receivedMs >= timing.pointerTimeoutMs;
    for (const surface of this.surfaces.values()) {
      const old = [...surface.received.values()].filter(isOld);
      this.remove(
        surface,
        old.map(({ userId }) => userId),
      );
    }
    this.scheduleSweep();
  }
}

function publish(surface: Surface): void {
  surface.pointers.set(
    [...surface.received.values()].map(({ userId, name, position }) => ({ userId, name, position })),
  );
}

/** Clamped to 0 to 1, with four digits: finer than any screen. */
function toFraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}
