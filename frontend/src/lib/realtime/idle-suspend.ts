import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";

export interface IdleSuspendOptions {
  clock: Clock;
  onSuspend: () => void;
  onResume: () => void;
}

/** Suspends the connection of a tab that is hidden for some minutes, unless it is kept. Resumes at once. */
export class IdleSuspend {
  private hidden = false;
  private holders = 0;
  private suspended = false;
  private cancelSuspend: (() => void) | null = null;

  constructor(private readonly options: IdleSuspendOptions) {}

  setVisible(visible: boolean): void {
    this.hidden = !visible;
    this.update();
  }

  /** Prevents suspension. Returns a release function, which may be called twice. */
  keepConnected(): () => void {
    let active = true;
    this.holders++;
    this.update();
    return () => {
      if (!active) return;
      active = false;
      this.holders--;
      this.update();
    };
  }

  private update(): void {
    if (this.hidden && this.holders === 0) {
      if (!this.suspended) this.cancelSuspend ??= this.options.clock.after(timing.suspendAfterMs, () => this.suspend());
      return;
    }
    this.cancelSuspend?.();
    this.cancelSuspend = null;
    if (!this.suspended) return;
    this.suspended = false;
    this.options.onResume();
  }

  private suspend(): void {
    this.cancelSuspend = null;
    this.suspended = true;
    this.options.onSuspend();
  }
}
