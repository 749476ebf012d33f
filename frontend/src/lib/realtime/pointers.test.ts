import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timing } from "@/lib/timing";
import { TestPage } from "./testing/page";

let page: TestPage;

beforeEach(async () => {
  page = new TestPage();
  page.follow();
  await page.connect();
});

afterEach(() => {
  page.realtime.stop();
});

const move = (x: number, y: number) => page.realtime.pointers.move("a1", { x, y });
const sent = () => page.server.last.received("cursor-position").map((frame) => "position" in frame && frame.position);
const pointers = () =>
  page.realtime.pointers
    .at("a1")
    .get()
    .map(({ userId, position: { x, y } }) => [userId, x, y]);

describe("own pointer", () => {
  it("is not sent without peers", async () => {
    for (let step = 0; step < 100; step++) {
      move(step / 100, 0);
      await page.pass(10);
    }
    expect(sent()).toEqual([]);
  });

  it("is sent at once, ten times a second, and at its last position", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    for (let step = 0; step <= 50; step++) {
      move(step / 100, 0.5);
      await page.pass(10);
    }
    await page.pass(5_000);
    expect(sent()).toHaveLength(7);
    expect(sent()[0]).toEqual({ x: 0, y: 0.5 });
    expect(sent().at(-1)).toEqual({ x: 0.5, y: 0.5 });
  });

  it("is clamped to the form and rounded", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    move(-3, 1.7);
    await page.pass(timing.pointerIntervalMs);
    move(1 / 3, 2 / 3);
    expect(sent()).toEqual([
      { x: 0, y: 1 },
      { x: 0.3333, y: 0.6667 },
    ]);
  });

  it("is not sent again while it rests", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    for (let event = 0; event < 5; event++) {
      move(0.5, 0.5);
      await page.pass(timing.pointerIntervalMs);
    }
    expect(sent()).toHaveLength(1);
  });

  it("is not sent after the last peer left", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    move(0.1, 0);
    move(0.2, 0);
    page.server.setPresence("a1", "bob", "left");
    await page.pass(1_000);
    expect(sent()).toHaveLength(1);
  });
});

describe("peers' pointers", () => {
  it("are one per peer, at the newest position", () => {
    page.server.movePointer("a1", "bob", 0.1, 0.1);
    page.server.movePointer("a1", "eve", 0.2, 0.2);
    page.server.movePointer("a1", "bob", 0.3, 0.3);
    page.server.movePointer("another", "amy", 0.4, 0.4);
    page.server.movePointer("a1", "me", 0.5, 0.5);
    expect(pointers()).toEqual([
      ["bob", 0.3, 0.3],
      ["eve", 0.2, 0.2],
    ]);
    expect(page.realtime.pointers.at("a1").get()[0]).toMatchObject({ name: "BOB" });
  });

  it("do not jump back to an older position", () => {
    page.server.queuesFrames = true;
    page.server.movePointer("a1", "bob", 0.1, 0.1);
    page.server.movePointer("a1", "bob", 0.2, 0.2);
    page.server.last.deliver(1);
    page.server.last.deliver(0);
    expect(pointers()).toEqual([["bob", 0.2, 0.2]]);
  });

  it("disappear after ten seconds", async () => {
    page.server.movePointer("a1", "bob", 0.1, 0.1);
    await page.pass(4_000);
    page.server.movePointer("a1", "eve", 0.2, 0.2);
    await page.pass(timing.pointerTimeoutMs - 4_001);
    expect(pointers()).toHaveLength(2);
    await page.pass(1);
    expect(pointers()).toEqual([["eve", 0.2, 0.2]]);
    await page.pass(4_000);
    expect(pointers()).toEqual([]);
  });

  it("disappear when the peer leaves, and on sign-out", () => {
    page.server.movePointer("a1", "bob", 0.1, 0.1);
    page.server.movePointer("a1", "eve", 0.2, 0.2);
    page.server.setPresence("a1", "bob", "left");
    expect(pointers()).toEqual([["eve", 0.2, 0.2]]);
    page.realtime.stop();
    expect(pointers()).toEqual([]);
  });
});
