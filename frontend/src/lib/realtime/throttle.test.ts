import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "./testing/fake-clock";
import { type Throttled, throttle } from "./throttle";

let clock: FakeClock;
let runs: [number, number][];
let run: Throttled<number>;

beforeEach(() => {
  clock = new FakeClock();
  runs = [];
  const start = clock.now();
  run = throttle(clock, 100, (value) => runs.push([clock.now() - start, value]));
});

it("runs at once, once per interval, and with the last value", async () => {
  for (let value = 0; value < 50; value++) {
    run(value);
    await clock.pass(7);
  }
  await clock.pass(500);
  expect(runs).toEqual([
    [0, 0],
    [100, 14],
    [200, 28],
    [300, 42],
    [400, 49],
  ]);
});

it("runs at once after a pause", async () => {
  run(1);
  await clock.pass(100);
  run(2);
  await clock.pass(1_000);
  run(3);
  expect(runs).toEqual([
    [0, 1],
    [100, 2],
    [1_100, 3],
  ]);
});

it("drops the pending value on cancel", async () => {
  run(1);
  run(2);
  run.cancel();
  await clock.pass(1_000);
  expect(runs).toEqual([[0, 1]]);
});
