import { env } from "@/lib/env";
import type { Clock } from "@/lib/time/clock";

export interface AttendanceParts {
  clock: Clock;
  /** Somebody came back to the tab, or has not been there for a while. */
  onChange: () => void;
}

/** Whether somebody sits in front of this tab: sees it, and does something now and then. */
export class Attendance {
  private visible = true;
  private away = false;
  private idle = false;
  private lastInputMs: number;
  private cancelAway = () => {};
  private cancelIdle: (() => void) | null = null;

  constructor(private readonly parts: AttendanceParts) {
    this.lastInputMs = parts.clock.now();
  }

  get isVisible(): boolean {
    return this.visible;
  }

  get isThere(): boolean {
    return !this.away && !this.idle;
  }

  /** From now on it matters. */
  watch(): void {
    if (!this.idle) this.cancelIdle ??= this.parts.clock.after(this.idleInMs(), () => this.look());
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.cancelAway();
    if (!visible) {
      this.cancelAway = this.parts.clock.after(env.awayAfterMs, () => this.change({ away: true }));
      return;
    }
    this.lastInputMs = this.parts.clock.now();
    this.change({ away: false, idle: false });
  }

  /** The user did something. */
  noteInput(): void {
    this.lastInputMs = this.parts.clock.now();
    this.change({ idle: false });
  }

  private idleInMs(): number {
    return this.lastInputMs + env.idleAfterMs - this.parts.clock.now();
  }

  private look(): void {
    this.cancelIdle = null;
    if (this.idleInMs() <= 0) this.change({ idle: true });
    else this.watch();
  }

  private change({ away = this.away, idle = this.idle }: { away?: boolean; idle?: boolean }): void {
    if (away === this.away && idle === this.idle) return;
    this.away = away;
    this.idle = idle;
    this.watch();
    this.parts.onChange();
  }
}
