import { env } from "@/lib/env";
import type { Clock } from "@/lib/time/clock";

export interface SleepParts {
  clock: Clock;
  onSleep: () => void;
  onWake: () => void;
}

/** Falls asleep when the tab has been hidden for some minutes and nobody keeps it awake; wakes at once. */
export class Sleep {
  private hidden = false;
  private holds = 0;
  private asleep = false;
  private cancelPlan: (() => void) | null = null;

  constructor(private readonly parts: SleepParts) {}

  setVisible(visible: boolean): void {
    this.hidden = !visible;
    this.settle();
  }

  /** Awake until the answer is called; calling it again changes nothing. */
  keepAwake(): () => void {
    let held = true;
    this.holds++;
    this.settle();
    return () => {
      if (!held) return;
      held = false;
      this.holds--;
      this.settle();
    };
  }

  private settle(): void {
    if (this.hidden && this.holds === 0) {
      if (!this.asleep) this.cancelPlan ??= this.parts.clock.after(env.sleepAfterMs, () => this.fallAsleep());
      return;
    }
    this.cancelPlan?.();
    this.cancelPlan = null;
    if (!this.asleep) return;
    this.asleep = false;
    this.parts.onWake();
  }

  private fallAsleep(): void {
    this.cancelPlan = null;
    this.asleep = true;
    this.parts.onSleep();
  }
}
