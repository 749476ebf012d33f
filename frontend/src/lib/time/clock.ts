export interface Clock {
  now: () => number;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  after: (delayMs: number, task: () => void) => () => void;
}

/** Longer delays than this run at once in browsers. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
