import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timing } from "@/lib/timing";
import type { CalendarFrame } from "./frames";
import { TestPage } from "./testing/page";

let page: TestPage;
const subscribe = { action: "subscribe", appointmentId: "a1" };
const unsubscribe = { action: "unsubscribe", appointmentId: "a1" };

beforeEach(async () => {
  page = await new TestPage().connect();
});

afterEach(() => {
  page.realtime.stop();
});

describe("following an appointment", () => {
  it("emits its frames only", () => {
    page.follow("a1");
    page.server.last.serverSends(page.server.snapshot("another"));
    page.server.setLock("a1", "bob");
    expect(page.frames.map(({ type, appointmentId }) => [type, appointmentId])).toEqual([
      ["snapshot", "a1"],
      ["lock-acquired", "a1"],
    ]);
  });

  it("ends shortly after the last listener leaves", async () => {
    const [first, second] = [page.follow(), page.follow()];
    first();
    first();
    await page.pass(timing.unsubscribeDelayMs);
    page.server.setLock("a1", "bob");
    expect(page.frames).toHaveLength(4);
    second();
    await page.pass(timing.unsubscribeDelayMs);
    expect(page.server.last.received("unsubscribe")).toEqual([unsubscribe]);
  });

  it("survives leaving and following again at once", async () => {
    page.server.responds = false;
    for (let render = 0; render < 3; render++) page.follow()();
    page.follow();
    await page.pass(timing.unsubscribeDelayMs);
    expect(page.server.last.sent).toEqual([subscribe]);
  });

  it("waits after an unsubscribe, so that the server cannot reorder the two", async () => {
    page.follow()();
    await page.pass(timing.unsubscribeDelayMs);
    page.follow();
    page.follow();
    expect(page.server.last.sent).toEqual([subscribe, unsubscribe]);
    await page.pass(timing.reorderWindowMs);
    expect(page.server.last.sent).toEqual([subscribe, unsubscribe, subscribe]);
    page.server.setLock("a1", "bob");
    expect(page.frames.at(-1)).toMatchObject({ type: "lock-acquired" });
  });

  it("sends the current state to a second listener", () => {
    page.follow();
    page.server.setLock("a1", "bob");
    page.frames.length = 0;
    page.follow();
    expect(page.frames.map(({ type }) => type)).toContain("snapshot");
    expect(page.frames.at(-1)).toMatchObject({ version: 1, lock: { userId: "bob" } });
  });

  it("is requested again, less and less often, without a response", async () => {
    page.server.responds = false;
    page.follow();
    await page.pass(timing.subscribeTimeoutMs);
    expect(page.server.last.received("subscribe")).toHaveLength(2);
    await page.pass(60_000);
    expect(page.server.last.received("subscribe")).toHaveLength(4);
    page.server.responds = true;
    await page.pass(timing.subscribeTimeoutMaxMs);
    expect(page.frames).toHaveLength(1);
    await page.pass(30 * 60_000);
    expect(page.server.last.received("subscribe")).toHaveLength(5);
  });

  it("starts with the connection", async () => {
    page = new TestPage();
    page.follow();
    await page.connect();
    expect(page.frames.map(({ type }) => type)).toEqual(["snapshot"]);
  });

  it("survives many drops in a row", async () => {
    page.follow();
    for (let drop = 0; drop < 20; drop++) {
      page.server.last.serverDrops();
      page.server.setLock("a1", drop % 2 ? "bob" : null);
      await page.pass(1_000);
    }
    expect(page.frames.at(-1)).toMatchObject({ type: "snapshot", version: 20, lock: { userId: "bob" } });
  });
});

describe("following a calendar", () => {
  const followCalendar = (doctorId?: string) => {
    const received: CalendarFrame[] = [];
    page.realtime.subscribeCalendar({ doctorId }, (frame) => received.push(frame));
    return { types: () => received.map(({ type }) => type), received };
  };

  it("emits when to read the list, and later changes", () => {
    const { types } = followCalendar();
    expect(page.server.last.sent).toEqual([{ action: "subscribe-calendar" }]);
    page.server.saveAppointment("a9");
    page.server.bookSlot("d1");
    expect(types()).toEqual(["calendar-subscribed", "appointment-updated", "slot-updated"]);
  });

  it("emits only that doctor's slots", () => {
    const { types } = followCalendar("d1");
    page.server.bookSlot("d2");
    page.server.bookSlot("d1");
    expect(page.server.last.sent).toEqual([{ action: "subscribe-calendar", doctorId: "d1" }]);
    expect(types()).toEqual(["calendar-subscribed", "slot-updated"]);
  });

  it("emits again after a reconnect", async () => {
    const [all, one] = [followCalendar(), followCalendar("d1")];
    expect([all.types().length, one.types().length]).toEqual([1, 1]);
    page.server.last.serverDrops();
    await page.pass(1_000);
    expect([all.types(), one.types()]).toEqual(Array(2).fill(["calendar-subscribed", "calendar-subscribed"]));
  });

  it("emits a change that a snapshot already had", () => {
    const { types } = followCalendar();
    const state = page.server.stateOf("a1");
    state.appointmentVersion = 2;
    page.follow("a1");
    state.appointmentVersion = 1;
    page.server.saveAppointment("a1");
    page.server.last.serverSends(page.server.snapshot("a1"));
    expect(page.frames.map(({ type }) => type)).toEqual(["snapshot", "snapshot"]);
    expect(types()).toEqual(["calendar-subscribed", "appointment-updated"]);
  });

  it("emits a repeated change once", () => {
    const { received } = followCalendar();
    page.server.saveAppointment("a1");
    page.server.last.serverSends(received.at(-1));
    expect(received).toHaveLength(2);
  });
});
