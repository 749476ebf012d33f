import { env } from "@/lib/env";
import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import type { ClientFrame, CursorUpdate, Position, PresenceUpdate } from "./frames";
import { throttle } from "./throttle";

/** Where somebody else's pointer is over the form. */
export interface Pointer {
  userId: string;
  name: string;
  /** `#rrggbb`, always the same for one member. */
  color: string;
  position: Position;
}

interface Heard extends Pointer {
  atMs: number;
  heardMs: number;
}

export interface PointersParts {
  clock: Clock;
  send: (frame: ClientFrame) => boolean;
  /** The own user's id: the pointer in another tab of the same person is none of somebody else. */
  self: () => string | null;
  /** Whether anybody is there to see it. */
  isAccompanied: (appointmentId: string) => boolean;
}

class Surface {
  readonly pointers = createStore<readonly Pointer[]>([]);
  readonly heard = new Map<string, Heard>();
}

/** Others' pointers, and the own one for them. */
export class Pointers {
  private readonly surfaces = new Map<string, Surface>();
  private readonly tell;
  private lastTold = "";
  private cancelSweep: (() => void) | null = null;

  constructor(private readonly parts: PointersParts) {
    this.tell = throttle(parts.clock, env.pointerEveryMs, (frame: ClientFrame & { appointmentId: string }) => {
      if (parts.isAccompanied(frame.appointmentId)) parts.send(frame);
    });
  }

  at(appointmentId: string): Pick<Store<readonly Pointer[]>, "get" | "subscribe"> {
    return this.surface(appointmentId).pointers;
  }

  /** The own pointer moved. Costs nothing while nobody else is there. */
  move(appointmentId: string, { x, y }: Position): void {
    if (!this.parts.isAccompanied(appointmentId)) return;
    const frame = { action: "cursor-position", appointmentId, position: { x: share(x), y: share(y) } } as const;
    const text = JSON.stringify(frame);
    if (text === this.lastTold) return;
    this.lastTold = text;
    this.tell(frame);
  }

  hear(update: CursorUpdate): void {
    const { userId, userInfo, color, position } = update;
    if (userId === this.parts.self()) return;
    const surface = this.surface(update.appointmentId);
    const atMs = Date.parse(update.at);
    if (atMs < (surface.heard.get(userId)?.atMs ?? 0)) return;
    surface.heard.set(userId, { userId, name: userInfo.name, color, position, atMs, heardMs: this.now() });
    show(surface);
    this.sweepLater();
  }

  /** One who left takes the pointer along. */
  hearPresence({ appointmentId, userId, state }: PresenceUpdate): void {
    if (state === "left") this.remove(this.surface(appointmentId), [userId]);
  }

  forget(appointmentId: string): void {
    const surface = this.surface(appointmentId);
    this.remove(surface, [...surface.heard.keys()]);
  }

  clear(): void {
    this.tell.cancel();
    for (const appointmentId of this.surfaces.keys()) this.forget(appointmentId);
  }

  private now(): number {
    return this.parts.clock.now();
  }

  private surface(appointmentId: string): Surface {
    const surface = this.surfaces.get(appointmentId) ?? new Surface();
    this.surfaces.set(appointmentId, surface);
    return surface;
  }

  private remove(surface: Surface, userIds: string[]): void {
    if (userIds.map((userId) => surface.heard.delete(userId)).includes(true)) show(surface);
  }

  private sweepLater(): void {
    const heard = [...this.surfaces.values()].flatMap((surface) => [...surface.heard.values()]);
    if (this.cancelSweep || heard.length === 0) return;
    const first = Math.min(...heard.map(({ heardMs }) => heardMs));
    this.cancelSweep = this.parts.clock.after(first + env.pointerGoneAfterMs - this.now(), () => this.sweep());
  }

  private sweep(): void {
    this.cancelSweep = null;
    const isOld = ({ heardMs }: Heard) => this.now() - heardMs >= env.pointerGoneAfterMs;
    for (const surface of this.surfaces.values()) {
      const old = [...surface.heard.values()].filter(isOld);
      this.remove(
        surface,
        old.map(({ userId }) => userId),
      );
    }
    this.sweepLater();
  }
}

function show(surface: Surface): void {
  surface.pointers.set(
    [...surface.heard.values()].map(({ userId, name, color, position }) => ({ userId, name, color, position })),
  );
}

/** Four digits are finer than any screen. */
function share(part: number): number {
  return Math.round(Math.min(1, Math.max(0, part)) * 10_000) / 10_000;
}
