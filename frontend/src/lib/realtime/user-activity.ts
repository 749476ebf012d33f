import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";

export interface UserActivityOptions {
  clock: Clock;
  /** The user returned to the tab, or became idle or away. */
  onChange: () => void;
}

/** Tracks whether the user is active in this tab: it is visible, with input now and then. */
export class UserActivity {
  private visible = true;
  private away = false;
  private idle = false;
  private lastInputMs: number;
  private cancelAway = () => {};
  private cancelIdle: (() => void) | null = null;

  constructor(private readonly options: UserActivityOptions) {
    this.lastInputMs = options.clock.now();
  }

  get isVisible(): boolean {
    return this.visible;
  }

  get isActive(): boolean {
    return !this.away && !this.idle;
  }

  /** Starts the idle timer. */
  start(): void {
    if (!this.idle) this.cancelIdle ??= this.options.clock.after(this.idleInMs(), () => this.checkIdle());
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.cancelAway();
    if (!visible) {
      this.cancelAway = this.options.clock.after(timing.awayAfterMs, () => this.update({ away: true }));
      return;
    }
    this.lastInputMs = this.options.clock.now();
    this.update({ away: false, idle: false });
  }

  /** Reports user activity. */
  noteInput(): void {
    this.lastInputMs = this.options.clock.now();
    this.update({ idle: false });
  }

  private idleInMs(): number {
    return this.lastInputMs + timing.idleAfterMs - this.options.clock.now();
  }

  private checkIdle(): void {
    this.cancelIdle = null;
    if (this.idleInMs() <= 0) this.update({ idle: true });
    else this.start();
  }

  private update({ away = this.away, idle = this.idle }: { away?: boolean; idle?: boolean }): void {
    if (away === this.away && idle === this.idle) return;
    this.away = away;
    this.idle = idle;
    this.start();
    this.options.onChange();
  }
}
