import type { Clock } from "@/lib/time/clock";

export interface Throttled<Value> {
  (value: Value): void;
  /** Forgets the value that waits. */
  cancel: () => void;
}

/** Runs `task` at once, then at most every `everyMs`, always with the newest value and never without the last one. */
export function throttle<Value>(clock: Clock, everyMs: number, task: (value: Value) => void): Throttled<Value> {
  let resting = false;
  let waiting: { value: Value } | null = null;

  function run(value: Value): void {
    resting = true;
    clock.after(everyMs, rested);
    task(value);
  }

  function rested(): void {
    const next = waiting;
    resting = false;
    waiting = null;
    if (next) run(next.value);
  }

  const throttled = (value: Value) => {
    if (resting) waiting = { value };
    else run(value);
  };
  return Object.assign(throttled, {
    cancel: () => {
      waiting = null;
    },
  });
}
