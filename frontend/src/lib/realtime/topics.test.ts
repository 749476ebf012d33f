import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { env } from "@/lib/env";
import type { CalendarFrame } from "./frames";
import { TestPage } from "./testing/page";

let page: TestPage;
const subscribe = { action: "subscribe", appointmentId: "a1" };
const unsubscribe = { action: "unsubscribe", appointmentId: "a1" };

beforeEach(async () => {
  page = await new TestPage().connects();
});

afterEach(() => {
  page.realtime.stop();
});

describe("following an appointment", () => {
  it("brings its frames and nobody else's", () => {
    page.follows("a1");
    page.server.last.serverSends(page.server.snapshot("another"));
    page.server.locks("a1", "bob");
    expect(page.frames.map(({ type, appointmentId }) => [type, appointmentId])).toEqual([
      ["snapshot", "a1"],
      ["lock-acquired", "a1"],
    ]);
  });

  it("ends a moment after the last one has gone", async () => {
    const [first, second] = [page.follows(), page.follows()];
    first();
    first();
    await page.pass(env.unsubscribeAfterMs);
    page.server.locks("a1", "bob");
    expect(page.frames).toHaveLength(4);
    second();
    await page.pass(env.unsubscribeAfterMs);
    expect(page.server.last.heard("unsubscribe")).toEqual([unsubscribe]);
  });

  it("off and on again does not end up off", async () => {
    page.server.answers = false;
    for (let render = 0; render < 3; render++) page.follows()();
    page.follows();
    await page.pass(env.unsubscribeAfterMs);
    expect(page.server.last.sent).toEqual([subscribe]);
  });

  it("again just after it ended waits until the server cannot mix up the two", async () => {
    page.follows()();
    await page.pass(env.unsubscribeAfterMs);
    page.follows();
    page.follows();
    expect(page.server.last.sent).toEqual([subscribe, unsubscribe]);
    await page.pass(env.reorderMs);
    expect(page.server.last.sent).toEqual([subscribe, unsubscribe, subscribe]);
    page.server.locks("a1", "bob");
    expect(page.frames.at(-1)).toMatchObject({ type: "lock-acquired" });
  });

  it("brings a late-comer the present state too", () => {
    page.follows();
    page.server.locks("a1", "bob");
    page.frames.length = 0;
    page.follows();
    expect(page.frames.map(({ type }) => type)).toContain("snapshot");
    expect(page.frames.at(-1)).toMatchObject({ version: 1, lock: { userId: "bob" } });
  });

  it("is asked for again, less and less often, when no answer comes", async () => {
    page.server.answers = false;
    page.follows();
    await page.pass(env.answerTimeoutMs);
    expect(page.server.last.heard("subscribe")).toHaveLength(2);
    await page.pass(60_000);
    expect(page.server.last.heard("subscribe")).toHaveLength(4);
    page.server.answers = true;
    await page.pass(env.answerTimeoutMaxMs);
    expect(page.frames).toHaveLength(1);
    await page.pass(30 * 60_000);
    expect(page.server.last.heard("subscribe")).toHaveLength(5);
  });

  it("before there is a connection begins with it", async () => {
    page = new TestPage();
    page.follows();
    await page.connects();
    expect(page.frames.map(({ type }) => type)).toEqual(["snapshot"]);
  });

  it("outlives many drops in a row", async () => {
    page.follows();
    for (let drop = 0; drop < 20; drop++) {
      page.server.last.serverDrops();
      page.server.locks("a1", drop % 2 ? "bob" : null);
      await page.pass(1_000);
    }
    expect(page.frames.at(-1)).toMatchObject({ type: "snapshot", version: 20, lock: { userId: "bob" } });
  });
});

describe("following a calendar", () => {
  const hears = (doctorId?: string) => {
    const told: CalendarFrame[] = [];
    page.realtime.subscribeCalendar({ doctorId }, (frame) => told.push(frame));
    return { types: () => told.map(({ type }) => type), told };
  };

  it("says when to read it, and what changes from then on", () => {
    const { types } = hears();
    expect(page.server.last.sent).toEqual([{ action: "subscribe-calendar" }]);
    page.server.saves("a9");
    page.server.books("d1");
    expect(types()).toEqual(["calendar-subscribed", "appointment-updated", "slot-updated"]);
  });

  it("of one doctor brings no other's slots", () => {
    const { types } = hears("d1");
    page.server.books("d2");
    page.server.books("d1");
    expect(page.server.last.sent).toEqual([{ action: "subscribe-calendar", doctorId: "d1" }]);
    expect(types()).toEqual(["calendar-subscribed", "slot-updated"]);
  });

  it("says so again after a reconnect, to those alone whom it concerns", async () => {
    const [all, one] = [hears(), hears("d1")];
    expect([all.types().length, one.types().length]).toEqual([1, 1]);
    page.server.last.serverDrops();
    await page.pass(1_000);
    expect([all.types(), one.types()]).toEqual(Array(2).fill(["calendar-subscribed", "calendar-subscribed"]));
  });

  it("misses no change of which an appointment's snapshot has told already", () => {
    const { types } = hears();
    const truth = page.server.truth("a1");
    truth.appointmentVersion = 2;
    page.follows("a1");
    truth.appointmentVersion = 1;
    page.server.saves("a1");
    page.server.last.serverSends(page.server.snapshot("a1"));
    expect(page.frames.map(({ type }) => type)).toEqual(["snapshot", "snapshot"]);
    expect(types()).toEqual(["calendar-subscribed", "appointment-updated"]);
  });

  it("is told once of a change that comes twice", () => {
    const { told } = hears();
    page.server.saves("a1");
    page.server.last.serverSends(told.at(-1));
    expect(told).toHaveLength(2);
  });
});
