import type { Clock } from "@/lib/time/clock";

interface Task {
  atMs: number;
  run: () => void;
}

/** More turns than any chain of promises here needs. */
const TURNS = 12;

/** A clock that the test advances. */
export class FakeClock implements Clock {
  private nowMs = Date.parse("2026-11-21T09:00:00Z");
  private readonly tasks = new Set<Task>();

  readonly now = () => this.nowMs;

  readonly after = (delayMs: number, run: () => void) => {
    const task = { atMs: this.nowMs + Math.max(0, delayMs), run };
    this.tasks.add(task);
    return () => void this.tasks.delete(task);
  };

  /** Runs the due tasks in order of time, and settles promises between them. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await promises();
    for (let task = this.next(untilMs); task; task = this.next(untilMs)) {
      this.tasks.delete(task);
      this.nowMs = task.atMs;
      task.run();
      await promises();
    }
    this.nowMs = untilMs;
  }

  private next(untilMs: number): Task | null {
    let first: Task | null = null;
    for (const task of this.tasks) {
      if (task.atMs <= untilMs && (!first || task.atMs < first.atMs)) first = task;
    }
    return first;
  }
}

async function promises(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await null;
}
