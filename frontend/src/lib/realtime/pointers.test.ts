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

describe("the own pointer", () => {
  it("costs nothing while nobody else is there", async () => {
    for (let step = 0; step < 100; step++) {
      move(step / 100, 0);
      await page.pass(10);
    }
    expect(sent()).toEqual([]);
  });

  it("is sent at once, ten times a second while it moves, and where it comes to rest", async () => {
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

  it("is a share of the form, never outside of it and no finer than a screen", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    move(-3, 1.7);
    await page.pass(timing.pointerIntervalMs);
    move(1 / 3, 2 / 3);
    expect(sent()).toEqual([
      { x: 0, y: 1 },
      { x: 0.3333, y: 0.6667 },
    ]);
  });

  it("that rests is not sent again", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    for (let event = 0; event < 5; event++) {
      move(0.5, 0.5);
      await page.pass(timing.pointerIntervalMs);
    }
    expect(sent()).toHaveLength(1);
  });

  it("is not sent any more to people who have left meanwhile", async () => {
    page.server.setPresence("a1", "bob", "viewing");
    move(0.1, 0);
    move(0.2, 0);
    page.server.setPresence("a1", "bob", "left");
    await page.pass(1_000);
    expect(sent()).toHaveLength(1);
  });
});

describe("others' pointers", () => {
  it("are one for each of them, at the newest place", () => {
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

  it("do not jump back to an older place", () => {
    page.server.queuesFrames = true;
    page.server.movePointer("a1", "bob", 0.1, 0.1);
    page.server.movePointer("a1", "bob", 0.2, 0.2);
    page.server.last.deliver(1);
    page.server.last.deliver(0);
    expect(pointers()).toEqual([["bob", 0.2, 0.2]]);
  });

  it("go after ten seconds of silence", async () => {
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

  it("go with those who leave, and at the end of the session", () => {
    page.server.movePointer("a1", "bob", 0.1, 0.1);
    page.server.movePointer("a1", "eve", 0.2, 0.2);
    page.server.setPresence("a1", "bob", "left");
    expect(pointers()).toEqual([["eve", 0.2, 0.2]]);
    page.realtime.stop();
    expect(pointers()).toEqual([]);
  });
});
