export interface Clock {
  now: () => number;
  /** Runs `task` once after `delayMs`. Returns a function that cancels it. */
  after: (delayMs: number, task: () => void) => () => void;
}

/** Browsers run longer delays at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
