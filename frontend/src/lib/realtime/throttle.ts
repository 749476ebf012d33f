import type { Clock } from "@/lib/time/clock";

export interface Throttled<Value> {
  (value: Value): void;
  /** Drops the pending value. */
  cancel: () => void;
}

/** Runs `task` at once, then at most once per interval with the newest value, and always with the last one. */
export function throttle<Value>(clock: Clock, intervalMs: number, task: (value: Value) => void): Throttled<Value> {
  let isCoolingDown = false;
  let pending: { value: Value } | null = null;

  function run(value: Value): void {
    isCoolingDown = true;
    clock.after(intervalMs, endCooldown);
    task(value);
  }

  function endCooldown(): void {
    const next = pending;
    isCoolingDown = false;
    pending = null;
    if (next) run(next.value);
  }

  const throttled = (value: Value) => {
    if (isCoolingDown) pending = { value };
    else run(value);
  };
  return Object.assign(throttled, {
    cancel: () => {
      pending = null;
    },
  });
}
